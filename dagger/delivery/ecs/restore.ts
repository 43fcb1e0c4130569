import { messageOf } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { until } from "../poll.ts"
import { verifyService } from "./health.ts"
import { startRollout, update, type Rollout } from "./rollout.ts"
import { readRunning, type Running } from "./services.ts"
import type { Target } from "../target.ts"
import { watch } from "./watch.ts"

/**
 * Puts services back to what they ran before, side by side, waits for it and proves that it serves. A service that somebody
 * else deployed meanwhile is left alone: only `ours`, the task definitions that we set, are replaced. Returns what is still
 * wrong, a line each; nothing when the platform is what it was. Never throws.
 */
export async function restoreServices(
  target: Target,
  before: Running[],
  ours: string[],
  progress: Progress,
): Promise<string[]> {
  const first = await putBack(target, before, ours, progress)
  // An answer of ECS may be older than our roll-out, and say that there is nothing to put back.
  const again = first.flatMap(({ was, started, problem }) => (problem !== undefined && !started ? [was] : []))
  const second = again.length > 0 ? await putBack(target, again, ours, progress) : []
  return before.flatMap((was) => {
    const { problem } = [...second, ...first].find((end) => end.was === was)!
    const { name } = was.service
    if (problem === undefined) {
      progress.done(name, was.revision.desiredCount === 0 ? "back at 0 tasks" : "serves its former version")
      return []
    }
    progress.failed(name, problem)
    return [`${name}: ${problem}`]
  })
}

/** How the attempt to put a service back has ended. */
interface End {
  was: Running
  /** Whether there was something to put back, and that has begun */
  started: boolean
  problem: string | undefined
}

async function putBack(target: Target, before: Running[], ours: string[], progress: Progress): Promise<End[]> {
  const starts = await Promise.allSettled(before.map((was) => startBack(target, was, ours, progress)))
  const rollouts = starts.flatMap((start) => (start.status === "fulfilled" && start.value ? [start.value] : []))
  await watch(target, rollouts, progress)
  const ends = before.map(async (was, index): Promise<End> => {
    const start = starts[index]!
    if (start.status === "rejected") return { was, started: false, problem: messageOf(start.reason) }
    return { was, started: start.value !== undefined, problem: await prove(target, was).catch(messageOf) }
  })
  return Promise.all(ends)
}

async function startBack(
  target: Target,
  was: Running,
  ours: string[],
  progress: Progress,
): Promise<Rollout | undefined> {
  const { service, revision } = was
  const [now] = await readRunning(target, [service])
  const { taskDefinition, desiredCount } = now!.revision
  if (taskDefinition === revision.taskDefinition) {
    if (revision.desiredCount === 0 && desiredCount > 0) await update(target, service, { desiredCount: 0 })
    return undefined
  }
  if (!ours.includes(taskDefinition)) throw new Error(`somebody else deployed ${taskDefinition} meanwhile; left alone`)
  progress.status(service.name, "being put back")
  return startRollout(target, now!, revision, { atOnce: true })
}

/** What is wrong with a service that should be what it was. */
async function prove(target: Target, was: Running): Promise<string | undefined> {
  if (was.revision.desiredCount === 0) return untilEmpty(target, was)
  const { version } = was.revision
  if (version === undefined) return "the former task definition names no version, so that it cannot be told what serves"
  return (await verifyService(target, was.service, { ...was.revision, version })).problem
}

async function untilEmpty(target: Target, was: Running): Promise<string | undefined> {
  const { attempts, intervalSeconds } = target.platform.verification
  const tasks = await until(
    target.clock,
    { everySeconds: target.pollSeconds, forSeconds: attempts * intervalSeconds },
    async () => (await readRunning(target, [was.service]))[0]!.runningCount,
    (tasks) => tasks === 0,
  )
  return tasks === 0 ? undefined : `${tasks} tasks still run, expected 0`
}
