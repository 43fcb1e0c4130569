import type { Report } from "../report/report.ts"
import { verifyService } from "./health.ts"
import { messageOf } from "./outcome.ts"
import { startRollout, update } from "./rollout.ts"
import { readRunning, type Running } from "./services.ts"
import type { Target } from "./target.ts"
import { watch } from "./watch.ts"

/**
 * Puts services back to what they ran before, whatever they run now, waits for it and proves that it serves.
 * Returns what is still wrong, a line each; nothing when the platform is what it was. Never throws.
 */
export async function putBack(target: Target, before: Running[], report: Report): Promise<string[]> {
  try {
    const now = await readRunning(
      target,
      before.map(({ service }) => service),
    )
    const rollouts = []
    for (const [index, running] of now.entries()) {
      const { service, revision } = before[index]!
      if (running.revision.taskDefinition !== revision.taskDefinition) {
        report.status(service.name, "being put back")
        rollouts.push(await startRollout(target, running, revision))
      } else if (running.revision.desiredCount !== revision.desiredCount) {
        await update(target, service, { desiredCount: revision.desiredCount })
      }
    }
    await watch(target, rollouts, report)
    return (await Promise.all(before.map((was) => prove(target, was, report)))).flat()
  } catch (error) {
    return [`putting the services back failed: ${messageOf(error)}`]
  }
}

async function prove(target: Target, was: Running, report: Report): Promise<string[]> {
  const { service, revision } = was
  const problem =
    revision.desiredCount === 0
      ? await untilEmpty(target, was)
      : revision.version === undefined
        ? "the former task definition names no version, so that it cannot be told what serves"
        : await verifyService(target, service, { version: revision.version, desiredCount: revision.desiredCount })
  if (problem) {
    report.failed(service.name, problem)
    return [`${service.name}: ${problem}`]
  }
  report.done(service.name, revision.desiredCount === 0 ? "back at 0 tasks" : "serves its former version again")
  return []
}

async function untilEmpty(target: Target, was: Running): Promise<string | undefined> {
  const { attempts, intervalSeconds } = target.platform.verification
  const deadline = target.clock.now() + attempts * intervalSeconds * 1000
  for (;;) {
    const [running] = await readRunning(target, [was.service])
    if (running!.runningCount === 0) return undefined
    if (target.clock.now() >= deadline) return `${running!.runningCount} tasks still run, expected 0`
    await target.clock.sleep(target.pollSeconds * 1000)
  }
}
