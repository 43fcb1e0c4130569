import { messageOf } from "../../platform/failure.ts"
import type { Service } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { describeStopped, isScaling, listStopped } from "../ecs/diagnosis.ts"
import { targetGroupsOf } from "../ecs/target-groups.ts"
import { until } from "../poll.ts"
import type { Problem } from "../problems.ts"
import type { Target } from "../target.ts"
import { alarmsGoneOff } from "./alarms.ts"
import { countErrors } from "./errors.ts"
import { readFigures, type Figures, type Measured, type Span } from "./figures.ts"
import { breaches, describeObserved, type Observed } from "./limits.ts"

/** Milliseconds before a change that its figures are compared with */
const comparedWith = 10 * 60_000

/** So many lines of what is wrong are told */
const shownLines = 8

/** What is told of a service whose users are worse off. */
export const isWorse = "is worse than what it replaced"

interface Watch {
  services: Service[]
  /** When what is watched began, in milliseconds since 1970 */
  changedAt: number
  /** For how long */
  seconds: number
}

/** What had happened before the watch began, and is no news. */
interface Known {
  stopped: Set<string>
  alarms: Set<string>
}

/** What is seen of a service at one look: what it is compared with, and what is wrong, a line each. */
interface Seen {
  observed: Observed
  wrong: string[]
}

/**
 * Watches services for a while after a change: what their users get, their alarms, tasks that end, errors in their logs. Ends
 * at the first look at which one of them is worse than before and beyond the platform's limits; returns a problem for each.
 * A look that fails is repeated.
 */
export async function watchUsers(target: Target, watch: Watch, progress: Progress): Promise<Problem[]> {
  const { services, changedAt, seconds } = watch
  const startedAt = target.clock.now()
  const former = async () => ({
    known: await readKnown(target, services),
    before: await observe(target, services, {
      figures: { from: changedAt - comparedWith, to: changedAt },
      errors: { from: changedAt - seconds * 1000, to: changedAt },
    }),
  })
  let compared: Awaited<ReturnType<typeof former>> | undefined
  for (const { name } of services) progress.status(name, `being watched for ${seconds} s`)
  let unseen: string | undefined
  let seen: Awaited<ReturnType<typeof look>> | undefined
  await until(
    target.clock,
    { everySeconds: 2 * target.pollSeconds, forSeconds: seconds },
    async () => {
      const span = { from: startedAt, to: Math.max(target.clock.now(), startedAt + 1) }
      try {
        compared ??= await former()
        seen = await look(target, services, { ...compared, span })
        unseen = undefined
      } catch (error) {
        unseen = messageOf(error)
      }
    },
    () => [...(seen?.values() ?? [])].some(({ wrong }) => wrong.length > 0),
  )
  if (unseen) progress.line("bake", `not watched to its end: ${unseen}`)
  return services.flatMap(({ name }): Problem[] => {
    const { observed, wrong } = seen?.get(name) ?? { wrong: [] }
    if (wrong.length === 0) {
      progress.done(name, observed ? `watched: ${describeObserved(observed)}` : "not watched")
      return []
    }
    progress.failed(name, wrong[0]!)
    return [{ subject: name, what: isWorse, lines: wrong.slice(0, shownLines) }]
  })
}

async function readKnown(target: Target, services: Service[]): Promise<Known> {
  const stopped = await Promise.all(services.map(({ name }) => listStopped(target, name)))
  const alarms = await alarmsGoneOff(target, services)
  return {
    stopped: new Set(stopped.flat().map(({ taskArn }) => taskArn!)),
    alarms: new Set([...alarms.values()].flat().map(({ AlarmName }) => AlarmName!)),
  }
}

/** What was seen of services, each in a span of its own. */
async function observe(
  target: Target,
  services: Service[],
  spans: { figures: Span; errors: Span },
): Promise<Map<string, Observed>> {
  const [figures, errors] = await Promise.all([
    readFigures(
      target,
      services.map((service) => measuredOf(target, service)),
      spans.figures,
    ),
    countErrors(target, services, spans.errors),
  ])
  const none: Figures = { requests: 0, failed: 0 }
  return new Map(services.map(({ name }) => [name, { ...(figures.get(name) ?? none), errors: errors.get(name) ?? 0 }]))
}

/** Tasks are in one of a service's target groups, and after a roll-out that shifts traffic in the other. */
const measuredOf = (target: Target, { name }: Service): Measured => ({
  name,
  targetGroups: targetGroupsOf(target, name),
  service: name,
})

async function look(
  target: Target,
  services: Service[],
  { before, known, span }: { before: Map<string, Observed>; known: Known; span: Span },
): Promise<Map<string, Seen>> {
  const [observed, alarms] = await Promise.all([
    observe(target, services, { figures: span, errors: span }),
    alarmsGoneOff(target, services),
  ])
  const seen = services.map(async (service): Promise<[string, Seen]> => {
    const now = observed.get(service.name)!
    const wrong = [
      ...(await endedTasks(target, service, known)),
      ...breaches(before.get(service.name)!, now, target.platform.limits),
      ...alarms
        .get(service.name)!
        .filter(({ AlarmName }) => !known.alarms.has(AlarmName!))
        .map(({ AlarmName, StateReason }) => `alarm ${AlarmName} went off: ${StateReason ?? "no reason given"}`),
    ]
    return [service.name, { observed: now, wrong }]
  })
  return new Map(await Promise.all(seen))
}

/** Tasks that ended by themselves, or that ECS took for unhealthy, with their last words. */
async function endedTasks(target: Target, service: Service, { stopped }: Known): Promise<string[]> {
  const ended = (await listStopped(target, service.name)).filter(
    (task) => !stopped.has(task.taskArn!) && !isScaling(task),
  )
  return (await Promise.all(ended.map((task) => describeStopped(target, service, task)))).flat()
}
