import type { TaskDriver } from "../task-driver.ts"
import type { Address } from "./address.ts"
import type { Clock } from "./clock.ts"
import type { HealthCheck, ProbeResult } from "./health-check.ts"

/** What an ECS is given of the world that it is in. */
export interface RolloutsOptions {
  driver: TaskDriver
  region: string
  /** 12 digits */
  account: string
  clock?: Clock
  /** A target group's settings; read at each CreateService and UpdateService */
  targetGroup(arn: string): Promise<HealthCheck>
  /** The value behind a secret's `valueFrom` */
  secretValue(valueFrom: string): Promise<string>
  /** One line of a container for its awslogs stream */
  log(entry: { group: string; stream: string; line: string; timestamp: number }): void
  /** Which of some CloudWatch alarms have gone off; without it, none ever does */
  alarmsGoneOff?(names: string[]): Promise<string[]>
  probe?(address: Address, check: HealthCheck): Promise<ProbeResult>
  /** How long a task without health check runs before it counts as healthy; AWS's 40 by default */
  healthyAfterSeconds?: number
}
