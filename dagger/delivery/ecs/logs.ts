import type { ContainerDefinition } from "#aws/ecs"
import type { FilteredLogEvent, FilterLogEventsCommandInput } from "#aws/logs"
import type { Target } from "../target.ts"

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

const taskIdOf = (taskArn: string): string => taskArn.slice(taskArn.lastIndexOf("/") + 1)

/** The lines of a stream from its start, or from where the last call ended. A stream that does not exist yet is empty. */
export async function readLog(
  target: Target,
  { group: logGroupName, stream: logStreamName }: LogStream,
  from?: string,
): Promise<{ lines: string[]; nextToken?: string | undefined }> {
  const lines: string[] = []
  let nextToken = from
  const { paginateGetLogEvents } = await import("#aws/logs")
  // A page may be empty and not the last; the end is where the token stays the same.
  const pages = paginateGetLogEvents(
    { client: await target.aws.logs(), stopOnSameToken: true, ...(from && { startingToken: from }) },
    { logGroupName, logStreamName, startFromHead: true },
  )
  try {
    for await (const { events = [], nextForwardToken } of pages) {
      lines.push(...events.map(({ message }) => message ?? ""))
      nextToken = nextForwardToken
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  return { lines, nextToken }
}

/** The events of a group that a search finds, page by page. Most pages are empty: AWS answers with one for each part of a log. */
export async function* searchLog(
  target: Target,
  search: FilterLogEventsCommandInput,
): AsyncGenerator<FilteredLogEvent[]> {
  const { paginateFilterLogEvents } = await import("#aws/logs")
  for await (const { events = [] } of paginateFilterLogEvents({ client: await target.aws.logs() }, search)) yield events
}

/** Whether a group or a stream is not there. */
export const isMissing = (error: unknown): boolean => (error as Error).name === "ResourceNotFoundException"

/** The last lines of a stream that are not blank, in their order; none of a stream that does not exist. */
export async function readLastLines(target: Target, stream: LogStream, count: number): Promise<string[]> {
  const logs = await target.aws.logs()
  const { group: logGroupName, stream: logStreamName } = stream
  const { events = [] } = await logs
    .getLogEvents({ logGroupName, logStreamName, startFromHead: false, limit: 50 })
    .catch((error) => {
      if (!isMissing(error)) throw error
      return { events: [] }
    })
  return events
    .map(({ message }) => message ?? "")
    .filter((line) => line.trim() !== "")
    .slice(-count)
}
