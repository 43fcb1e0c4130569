import type { Service } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { until } from "../poll.ts"
import type { Target } from "../target.ts"
import { describeServices } from "./services.ts"

/**
 * Waits for roll-outs that are under way although nobody else has the lock: a deploy that was killed has begun them. One
 * that takes longer than the platform allows has no end, and is left to whoever reads what runs.
 */
export async function waitForRolloutsUnderWay(target: Target, services: Service[], progress: Progress): Promise<void> {
  await until(
    target.clock,
    { everySeconds: target.pollSeconds },
    () => underWay(target, services),
    (names) => {
      for (const name of names) progress.status(name, "an earlier roll-out is in progress; waiting for it to end")
      return names.length === 0
    },
  )
}

/** The services whose roll-outs are under way, and may still come to an end. */
async function underWay(target: Target, services: Service[]): Promise<string[]> {
  const names = services.map(({ name }) => name)
  const oldest = target.clock.now() - target.platform.rollout.timeoutSeconds * 1000
  // A failure is told by whoever asks next.
  const found = await describeServices(target, names).catch(() => undefined)
  return names.filter((name) =>
    found
      ?.get(name)
      ?.deployments?.some(
        ({ rolloutState, createdAt }) => rolloutState === "IN_PROGRESS" && createdAt && createdAt.getTime() > oldest,
      ),
  )
}
