import type { LoadBalancer } from "#aws/ecs"
import { invalidParameter } from "../aws-error.ts"

/** Refuses a grace period where no load balancer checks, or one that is none. */
export function checkGracePeriod(seconds: number | undefined, loadBalancers: LoadBalancer[] = []): void {
  if (seconds === undefined) return
  if (seconds < 0) throw invalidParameter("healthCheckGracePeriodSeconds must be between 0 and 2147483647.")
  if (seconds > 0 && loadBalancers.length === 0)
    throw invalidParameter("Health check grace period is only valid for services configured to use load balancers")
}
