import { connect } from "../aws/clients.ts"
import { startControlPlane } from "./endpoint.ts"
import { startRollouts, type Rollouts } from "./ecs/ecs.ts"
import { balancers } from "./listeners.ts"
import { account, alarmsGoneOff, localCredentials, readHealthCheck, readSecret } from "./ministack.ts"
import { metrics, type Metrics } from "./metrics.ts"
import type { TaskDriver } from "./task-driver.ts"
import { taskLogs } from "./task-logs.ts"

/** AWS on this machine, with nothing in it. */
export interface LocalAws {
  /** Where AWS's clients find it */
  endpoint: string
  ecs: Rollouts
  /** Notes an answer of a target, for GetMetricData */
  count: Metrics["count"]
  close(): Promise<void>
}

export interface AwsParts {
  region: string
  /** Runs the tasks' containers */
  driver: TaskDriver
  ministackUrl: string
  /** To listen on; default: 127.0.0.1 and any free port */
  host?: string | undefined
  port?: number | undefined
}

/** Puts ECS and load balancers before ministack, which has everything else, at one endpoint. */
export async function startAws({ region, driver, ministackUrl, ...listen }: AwsParts): Promise<LocalAws> {
  const ministack = connect({ region, endpoint: ministackUrl, credentials: localCredentials })
  const logs = taskLogs(ministack)
  const ecs = startRollouts({
    driver,
    region,
    account,
    targetGroup: (arn) => readHealthCheck(ministack, arn),
    alarmsGoneOff: (names) => alarmsGoneOff(ministack, names),
    secretValue: (valueFrom) => readSecret(ministack, valueFrom),
    log: (line) => logs.write(line),
  })
  const counted = metrics()
  const loadBalancers = balancers(ministack, ecs.healthyTargets, counted.count)
  const closeEcs = async () => {
    await ecs.close()
    await logs.flush()
    loadBalancers.close()
  }
  try {
    const { url, close } = await startControlPlane(ecs, ministackUrl, { ...listen, loadBalancers, metrics: counted })
    return { endpoint: url, ecs, count: counted.count, close: () => close().then(closeEcs) }
  } catch (error) {
    await closeEcs()
    throw error
  }
}
