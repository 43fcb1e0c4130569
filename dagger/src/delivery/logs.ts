import type { ContainerDefinition } from "#aws/ecs"
import type { Target } from "./target.ts"

/** Where a container's lines are: the awslogs driver's `prefix/container/task-id`. */
export interface LogStream {
  group: string
  stream: string
}

export function logStreamOf(container: ContainerDefinition, taskArn: string): LogStream | undefined {
  const options = container.logConfiguration?.options
  const group = options?.["awslogs-group"]
  if (!group) return undefined
  return { group, stream: `${options["awslogs-stream-prefix"]}/${container.name}/${taskIdOf(taskArn)}` }
}

export const taskIdOf = (taskArn: string): string => taskArn.slice(taskArn.lastIndexOf("/") + 1)

/** A page of a stream's lines from its start, or from where the last page ended. A stream that does not exist yet is empty. */
export async function readLog(
  target: Target,
  { group, stream }: LogStream,
  nextToken?: string,
): Promise<{ lines: string[]; nextToken?: string }> {
  const logs = await target.aws.logs()
  try {
    const answer = await logs.getLogEvents({
      logGroupName: group,
      logStreamName: stream,
      startFromHead: true,
      nextToken,
    })
    const lines = (answer.events ?? []).map(({ message }) => message ?? "")
    return { lines, nextToken: answer.nextForwardToken }
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return { lines: [], nextToken }
    throw error
  }
}
