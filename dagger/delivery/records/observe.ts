import type { Commit } from "../../platform/commit.ts"
import { causesOf, Failure } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import type { Target } from "../target.ts"
import type { Attempt } from "./attempt.ts"

/** What a deploy or a rollback is about, as far as it has got. */
type About = Partial<Pick<Attempt, "commit" | "changes">>

/** So many lines are kept: the log of a migration may have more. */
const mostEvents = 500

/** Notes how a deploy or a rollback goes, by what it tells and does. */
export function observe(target: Target, purpose: string, progress: Progress) {
  const { clock } = target
  const started = clock.now()
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString()
  const at = () => (clock.now() - started) / 1000
  const made: Pick<Attempt, "steps" | "changes" | "looks" | "events"> & { commit?: Commit | undefined } = {
    steps: [],
    changes: [],
    looks: {},
    events: [],
  }
  const note = (subject: string, text: string, failed: boolean) => {
    if (made.events.length < mostEvents) made.events.push({ at: at(), subject, text, failed })
  }
  const observed: Progress = {
    ...progress,
    line(subject, text) {
      note(subject, text, false)
      progress.line(subject, text)
    },
    done(subject, text) {
      note(subject, text, false)
      progress.done(subject, text)
    },
    failed(subject, text) {
      note(subject, text, true)
      progress.failed(subject, text)
    },
    tasks(service, counts) {
      const looks = (made.looks[service] ??= [])
      const { at: _, ...last } = looks.at(-1) ?? { at: 0 }
      // The first and the last of equal ones tell as much as all.
      if (JSON.stringify(last) !== JSON.stringify(counts)) looks.push({ at: at(), ...counts })
      progress.tasks?.(service, counts)
    },
  }
  return {
    startedAt: iso(started),
    progress: observed,
    steps: made.steps,
    about: (about: About) => void Object.assign(made, about),
    /** Does a step, and notes when; `work` decides how it ends. */
    async step<T>(name: string, work: () => Promise<T>): Promise<T> {
      const began = clock.now()
      const end = (failed: boolean) =>
        void made.steps.push({ name, startedAt: iso(began), seconds: (clock.now() - began) / 1000, failed })
      try {
        const done = await (progress.within?.(name, work) ?? work())
        end(false)
        return done
      } catch (error) {
        end(true)
        throw error
      }
    },
    /** How it all went; `error` is what it ended with. */
    ended(error?: unknown): Attempt {
      return {
        purpose,
        startedAt: iso(started),
        finishedAt: iso(clock.now()),
        by: target.caller?.arn ?? target.environment,
        outcome: error === undefined ? "succeeded" : error instanceof Failure ? error.outcome : "refused",
        causes: error === undefined ? [] : causesOf(error),
        ...made,
      }
    },
  }
}
