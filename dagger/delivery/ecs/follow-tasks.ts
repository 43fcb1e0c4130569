import { repeat } from "../poll.ts"
import type { Target } from "../target.ts"
import { describeStopped, isScaling, listStopped } from "./diagnosis.ts"
import { readRunning } from "./services.ts"

/**
 * Tells of tasks that end by themselves, with their last words, and of when all of their service run again, a line each,
 * until `ended`. A look that fails is repeated: what happens goes on without us.
 */
export async function followTasks(target: Target, ended: Promise<void>, tell: (line: string) => void): Promise<void> {
  const { services } = target.platform
  const known = new Set<string>()
  const waitedFor = new Set<string>()
  const look = async (): Promise<void> => {
    for (const service of services) {
      for (const task of await listStopped(target, service.name)) {
        if (known.has(task.taskArn!)) continue
        known.add(task.taskArn!)
        if (isScaling(task)) continue
        for (const line of await describeStopped(target, service, task)) tell(`${service.name}: ${line}`)
        waitedFor.add(service.name)
      }
    }
    for (const { service, runningCount, revision } of await readRunning(target, services)) {
      if (!waitedFor.has(service.name) || runningCount !== revision.desiredCount) continue
      waitedFor.delete(service.name)
      tell(`${service.name}: ${runningCount} of ${revision.desiredCount} running again`)
    }
  }
  await repeat(target, ended, () => look().catch(() => {}))
}
