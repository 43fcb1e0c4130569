import type { Progress } from "../platform/progress.ts"
import { withLock } from "./lock/lock.ts"
import { failure, problemsOf } from "./problems.ts"
import type { StepTime } from "./records/record.ts"
import type { Target } from "./target.ts"
import { undoStack, type Undo } from "./undo.ts"

/** Does a step: names it in the lock, and hands it what it tells how to undo it. */
interface Step {
  <T>(name: string, work: (undo: Undo) => Promise<T>): Promise<T>
  /** The steps that have ended */
  took(): StepTime[]
}

/**
 * Changes an environment step by step, alone. A step that fails before anything serves differently ends it with its own
 * error, and what was prepared is withdrawn. Later, all is put back and proven, and a Failure tells so. Once the lock is lost
 * nothing that serves is touched any more: it is its new owner's.
 */
export function inSteps<T>(
  target: Target,
  reason: string,
  progress: Progress,
  work: (step: Step) => Promise<T>,
): Promise<T> {
  return withLock(target, reason, progress, async (lock) => {
    const { undo, changes, remaining, run } = undoStack(progress)
    const left = () => changes.flatMap(({ left }) => left)
    let current = "start"
    /** False while a step is named, and from then on where the lock turns out to be lost */
    let locked = true
    const steps: StepTime[] = []
    const doStep = async <T>(name: string, work: (undo: Undo) => Promise<T>): Promise<T> => {
      current = name
      locked = false
      await lock.step(name, left())
      locked = true
      const started = target.clock.now()
      const done = await work(undo)
      const seconds = (target.clock.now() - started) / 1000
      steps.push({ name, startedAt: new Date(started).toISOString(), seconds })
      return done
    }
    const step: Step = Object.assign(doStep, { took: () => [...steps] })
    try {
      return await work(step)
    } catch (error) {
      target.clock.resume?.()
      if (changes.length === 0) {
        await run()
        throw error
      }
      if (!locked) throw error
      const problems = problemsOf(error, current)
      const causes = problems.flatMap(({ subject, lines }) => lines.map((line) => `${subject}: ${line}`))
      await lock.step("put back", [...causes, ...left()])
      const proof = changes.flatMap(({ proof }) => proof ?? []).join(", ")
      throw failure(problems, await run(), { proof, remaining })
    }
  })
}
