import type { Aws } from "../aws/clients.ts"

/** A line that a container wrote. */
interface LogLine {
  group: string
  stream: string
  line: string
  /** Milliseconds since 1970 */
  timestamp: number
}

export interface TaskLogs {
  write(line: LogLine): void
  /** Resolves when all that was written is in CloudWatch Logs. */
  flush(): Promise<void>
}

/** CloudWatch Logs takes this many events in one call. */
const eventsAtOnce = 10_000

/** Puts containers' output into CloudWatch Logs, as ECS's awslogs driver does: in order, one call at a time per stream. */
export function taskLogs(aws: Aws): TaskLogs {
  const waiting = new Map<string, LogLine[]>()
  const sending = new Set<Promise<void>>()

  const send = async (key: string, lines: LogLine[]): Promise<void> => {
    const logs = await aws.logs()
    const { group: logGroupName, stream: logStreamName } = lines[0]!
    await logs.createLogStream({ logGroupName, logStreamName }).catch((error: Error) => {
      if (error.name !== "ResourceAlreadyExistsException") throw error
    })
    while (lines.length > 0) {
      const logEvents = lines
        .splice(0, eventsAtOnce)
        .map(({ line, timestamp }) => ({ message: line || " ", timestamp }))
      await logs.putLogEvents({ logGroupName, logStreamName, logEvents })
    }
    waiting.delete(key)
  }

  return {
    write(line) {
      const key = `${line.group}\n${line.stream}`
      const lines = waiting.get(key)
      if (lines) return void lines.push(line)
      const first = [line]
      waiting.set(key, first)
      // What cannot be stored is lost, as it is with the awslogs driver; the task goes on.
      const sent = send(key, first).catch(() => void waiting.delete(key))
      sending.add(sent)
      void sent.finally(() => sending.delete(sent))
    },
    async flush() {
      await Promise.all(sending)
    },
  }
}
