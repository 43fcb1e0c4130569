import type { Service } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { describeServices } from "./services.ts"
import type { Target } from "../target.ts"

/**
 * Waits for rollouts that are under way although nobody else has the lock: a deploy that was killed has begun them. One that
 * ECS is at for longer than the platform allows has no end, and is left to whoever reads what runs.
 */
export async function settle(target: Target, services: Service[], progress: Progress): Promise<void> {
  const names = services.map(({ name }) => name)
  for (;;) {
    const oldest = target.clock.now() - target.platform.rollout.timeoutSeconds * 1000
    // A failure is told by whoever asks next.
    const found = await describeServices(target, names).catch(() => undefined)
    const underWay = names.filter((name) =>
      found
        ?.get(name)
        ?.deployments?.some(
          ({ rolloutState, createdAt }) => rolloutState === "IN_PROGRESS" && createdAt && createdAt.getTime() > oldest,
        ),
    )
    if (underWay.length === 0) return
    for (const name of underWay)
      progress.status(name, "a rollout that was begun before is under way; waiting for its end")
    await target.clock.sleep(target.pollSeconds * 1000)
  }
}
