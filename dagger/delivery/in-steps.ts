import type { Commit } from "../platform/commit.ts"
import { isFailedCall } from "../aws/clients.ts"
import { Failure, messageOf } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { withLock } from "./lock/lock.ts"
import { failure, Problems, problemsOf } from "./problems.ts"
import { keepAttempt, type Attempt } from "./records/attempt.ts"
import { observe } from "./records/observe.ts"
import type { StepTime } from "./records/record.ts"
import type { Target } from "./target.ts"
import { undoStack, type Undo } from "./undo.ts"

/** Does a step: names it in the lock, and hands it what it tells how to undo it. */
interface Step {
  <T>(name: string, work: (undo: Undo) => Promise<T>): Promise<T>
  /** When all of it began, and the steps that have ended */
  times(): { startedAt: Date; steps: StepTime[] }
  /** Says what is changed, for a report of how it went */
  changes(changes: Attempt["changes"]): void
}

/** A change of an environment, for whoever finds its lock or reads of it later */
interface Purpose {
  /** Such as "deploy of commit 4f1c09ab12cd" */
  reason: string
  commit?: Commit | undefined
}

/**
 * Changes an environment step by step, alone, and keeps how that went, for reports. A step that fails before anything serves
 * differently ends it with its own error, and what was prepared is withdrawn. Later, all is put back and proven, and a Failure tells so. Once the lock is lost
 * nothing that serves is touched any more: it is its new owner's.
 */
export function inSteps<T>(
  target: Target,
  { reason, commit }: Purpose,
  outer: Progress,
  work: (step: Step, progress: Progress) => Promise<T>,
): Promise<T> {
  return withLock(target, reason, outer, async (lock) => {
    const observed = observe(target, reason, outer)
    observed.about({ commit })
    const { progress } = observed
    const { undo, changes, remaining, run } = undoStack(progress)
    const left = () => changes.flatMap(({ left }) => left)
    let current = "start"
    /** False while a step is named, and from then on where the lock turns out to be lost */
    let locked = true
    const doStep = async <T>(name: string, work: (undo: Undo) => Promise<T>): Promise<T> => {
      current = name
      locked = false
      await lock.step(name, left())
      locked = true
      return observed.step(name, () => work(undo))
    }
    const step: Step = Object.assign(doStep, {
      times: () => ({
        startedAt: new Date(observed.startedAt),
        steps: observed.steps.map(({ name, startedAt, seconds }) => ({ name, startedAt, seconds })),
      }),
      changes: (changes: Attempt["changes"]) => observed.about({ changes }),
    })
    const putBack = async (error: unknown): Promise<never> => {
      target.clock.resume?.()
      if (changes.length === 0) {
        await run()
        throw isFailedCall(error) ? refusedBy(error, current) : error
      }
      if (!locked) throw error
      const problems = problemsOf(error, current)
      const causes = problems.flatMap(({ subject, lines }) => lines.map((line) => `${subject}: ${line}`))
      await lock.step("put back", [...causes, ...left()])
      const proof = changes.flatMap(({ proof }) => proof ?? []).join(", ")
      const stillWrong = await observed.step("put back", run)
      const seen = stillWrong.length === 0 && error instanceof Problems ? await error.onceBack().catch(() => []) : []
      throw failure(target, problems, stillWrong, { proof, remaining, seen })
    }
    try {
      const done = await work(step, progress).catch(putBack)
      await keepAttempt(target, observed.ended(), progress)
      return done
    } catch (error) {
      await keepAttempt(target, observed.ended(error), progress)
      throw error
    }
  })
}

/** A call that no step has told more about. */
const refusedBy = (error: unknown, step: string): Failure =>
  new Failure("refused", `${step}: ${messageOf(error)}`, [
    "No service was touched, and what was prepared has been withdrawn.",
  ])
