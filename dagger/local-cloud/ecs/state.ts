import type * as Aws from "#aws/ecs"
import type { HealthCheck, ProbeResult } from "./health-check.ts"
import type { Address } from "./address.ts"
import type { Wire } from "./wire.ts"

/** All that ECS and the target groups remember. Times are milliseconds. Only `reduce` makes a new one. */
export interface State {
  region: string
  account: string
  /** Ids derive from the seed and a counter, so that the same inputs give the same ids */
  seed: string
  idsGiven: number
  healthyAfterSeconds: number
  clusters: Wire<Aws.Cluster>[]
  /** By family, oldest revision first */
  taskDefinitions: ReadonlyMap<string, readonly RegisteredTaskDefinition[]>
  services: Service[]
  tasks: Task[]
  targetGroups: Record<string, HealthCheck>
  targets: Target[]
}

export interface RegisteredTaskDefinition {
  readonly definition: Readonly<Wire<Aws.TaskDefinition>>
  readonly tags: Aws.Tag[]
}

export interface Service {
  /** The cluster's name */
  cluster: string
  name: string
  status: "ACTIVE" | "DRAINING" | "INACTIVE"
  createdAt: number
  /** When it was INACTIVE at last, its tasks stopped */
  inactiveAt?: number
  desiredCount: number
  /** What was asked for; what makes a revision is in the deployments */
  settings: Wire<Aws.CreateServiceRequest>
  deploymentConfiguration: DeploymentConfiguration
  /** Oldest first. Those fully replaced stay, for a rollback to return to */
  deployments: Deployment[]
  /** The id of the PRIMARY deployment; not the newest one after a rollback */
  primary: string
  /** Oldest first */
  serviceDeployments: ServiceDeployment[]
  /** Newest first, as AWS lists them */
  events: Wire<Aws.ServiceEvent>[]
  steady: boolean
}

export type DeploymentConfiguration = Wire<Aws.DeploymentConfiguration> & {
  minimumHealthyPercent: number
  maximumPercent: number
}

/** The parameters of a service that make a new deployment when they change. */
export type Revision = Pick<
  Wire<Aws.CreateServiceRequest>,
  "networkConfiguration" | "platformVersion" | "loadBalancers"
> & { taskDefinition: string }

export interface Deployment {
  /** `ecs-svc/N` */
  id: string
  serviceRevisionArn: string
  revision: Revision
  createdAt: number
  updatedAt: number
  /** For a deployment that is being replaced: how many of its tasks are still kept */
  desiredCount: number
  rolloutState: Aws.DeploymentRolloutState
  rolloutStateReason: string
  /** When it first reached a steady state: what makes it a deployment to roll back to */
  completedAt?: number
  /** What the circuit breaker counts */
  failedTasks: number
  /** Tasks in a row that stopped before they ran: what the back-off counts */
  launchFailures: number
  launchAfter: number
  reportedStuck: boolean
  /** Which of the service's two target groups has its tasks; default: production */
  side?: "production" | "alternate" | undefined
}

/** How requests are moved from one deployment to another that has a target group of its own. */
export interface TrafficShift {
  /** The id of the deployment that served before */
  readonly from: string
  readonly stage: NonNullable<Aws.ServiceDeployment["lifecycleStage"]>
  /** The new deployment's share of the requests */
  readonly percent: number
  /** Since when it is so */
  readonly since: number
}

export interface ServiceDeployment {
  arn: string
  /** The deployment that it makes PRIMARY */
  deploymentId: string
  sourceDeploymentIds: string[]
  status: Aws.ServiceDeploymentStatus
  statusReason?: string | undefined
  createdAt: number
  updatedAt: number
  finishedAt?: number
  stoppedAt?: number
  circuitBreaker: Aws.ServiceDeploymentRollbackMonitorsStatus
  /** Absent where none is to stop it */
  alarms?: {
    readonly status: Aws.ServiceDeploymentRollbackMonitorsStatus
    readonly names: string[]
    readonly triggered: string[]
    /** Whether it is known which had gone off as it began */
    readonly seen?: boolean
  }
  /** Absent where the deployment is rolling */
  shift?: TrafficShift | undefined
  rollback?: { reason: string; startedAt: number; deploymentId: string }
}

type TaskStatus = "PROVISIONING" | "PENDING" | "RUNNING" | "DEACTIVATING" | "STOPPING" | "DEPROVISIONING" | "STOPPED"

/** What a container's own health check has found: of a task whose container has one, from when it started. */
interface ContainerHealth {
  readonly status: "UNKNOWN" | "HEALTHY" | "UNHEALTHY"
  /** Checks in a row that failed, and count */
  readonly failed: number
  readonly checkAt: number
  /** A check is under way */
  readonly checking: boolean
}

export interface Task {
  /** 32 hexadecimal characters */
  id: string
  cluster: string
  taskDefinition: string
  group: string
  startedBy?: string | undefined
  /** The deployment that it belongs to, if it is a service's */
  deploymentId?: string
  tags: Aws.Tag[]
  /** Of RunTask; absent for a service's task */
  request?: Wire<Aws.RunTaskRequest>
  lastStatus: TaskStatus
  desiredStatus: "RUNNING" | "STOPPED"
  createdAt: number
  pullStartedAt?: number
  pullStoppedAt?: number
  startedAt?: number
  /** By its container's own check; absent where it has none */
  health?: ContainerHealth
  /** When it was first found healthy */
  healthyAt?: number
  stoppingAt?: number
  executionStoppedAt?: number
  stoppedAt?: number
  stopCode?: Aws.TaskStopCode
  stoppedReason?: string
  exitCode?: number
  containerReason?: string
  address?: Address | undefined
}

export interface Target {
  taskId: string
  targetGroupArn: string
  address: Address
  state: "initial" | "healthy" | "unhealthy" | "draining"
  /** Probes in a row that passed, or failed */
  passed: number
  failed: number
  lastProbe?: ProbeResult
  probeAt: number
  /** A probe is under way */
  probing: boolean
  /** When the deregistration delay is over, once it drains */
  drainedAt?: number
}

export function emptyState(settings: Pick<State, "region" | "account" | "seed" | "healthyAfterSeconds">): State {
  return {
    ...settings,
    idsGiven: 0,
    clusters: [],
    taskDefinitions: new Map(),
    services: [],
    tasks: [],
    targetGroups: {},
    targets: [],
  }
}
