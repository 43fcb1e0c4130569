import type { Operation } from "#neon/api-client"
import { refused } from "../../platform/failure.ts"
import type { Neon } from "./api.ts"

const deadlineSeconds = 300
const pollSeconds = 1

type Verdict = "succeeded" | "working" | "ended"

/** What an operation's status means. `failed` is not its end: Neon tries again. */
function judge(status: string): Verdict {
  switch (status) {
    case "finished":
    case "skipped":
      return "succeeded"
    case "error":
    case "cancelled":
      return "ended"
    default:
      return "working"
  }
}

/** Waits until operations have succeeded. Refuses one that ended otherwise, or is still at work after five minutes. */
export async function untilDone(neon: Neon, operations: Operation[]): Promise<void> {
  const deadline = neon.clock.now() + deadlineSeconds * 1000
  for (const started of operations) {
    let operation = started
    while (judge(operation.status) !== "succeeded") {
      const { action, status, error, failures_count: failures } = operation
      const reason = `Neon's operation ${action} is ${status} after ${failures} failures${error ? `: ${error}` : "."}`
      if (judge(status) === "ended") {
        throw refused("Neon did not make the branch.", reason, "Run again; look at the project's operations in Neon.")
      }
      if (neon.clock.now() >= deadline) {
        throw refused(`Neon was not done within ${deadlineSeconds} s.`, reason, "Run again later.")
      }
      await neon.clock.sleep(pollSeconds * 1000)
      const answer = await neon.call((api) => api.getProjectOperation(neon.project, started.id), { repeatable: true })
      operation = answer.operation
    }
  }
}
