import { join } from "node:path"
import { connect, type Aws } from "../../aws/clients.ts"
import { startRollouts, type Rollouts } from "../../local-cloud/ecs/ecs.ts"
import { startControlPlane } from "../../local-cloud/endpoint.ts"
import { account, localCredentials } from "../../local-cloud/ministack.ts"
import { StartFailure } from "../../local-cloud/task-driver.ts"
import { startMinistack } from "../../node/processes/ministack.ts"
import { repositoryRoot } from "../platform-copy.ts"

/** An emulated AWS where no task ever starts: enough for what Terraform makes. */
export interface IdleCloud {
  endpoint: string
  aws: Aws
  /** To another of its regions */
  connect(region: string): Aws
  ecs: Rollouts
  close(): Promise<void>
}

/** Starts one from what ministack has saved in a folder, and saves it there as it is closed. */
export async function startIdleCloud(
  region: string,
  ministackState: string,
  observe: (action: string, input: unknown) => void = () => {},
): Promise<IdleCloud> {
  const ministack = await startMinistack(join(repositoryRoot, ".cathouse", "ministack", "bin", "python"), { stateFolder: ministackState })
  const ecs = startRollouts({
    driver: {
      start: () => Promise.reject(new StartFailure("CannotPullContainerError: nothing is deployed here")),
      close: async () => {},
    },
    region,
    account,
    targetGroup: async () => ({
      path: "/",
      intervalSeconds: 10,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
      matcher: "200",
      deregistrationDelaySeconds: 30,
    }),
    secretValue: async () => "",
    log: () => {},
  })
  const observed: Rollouts = {
    ...ecs,
    async call(action, input) {
      const answer = await ecs.call(action, input)
      observe(action, input)
      return answer
    },
  }
  const controlPlane = await startControlPlane(observed, ministack.url)
  const connectTo = (region: string) => connect({ region, endpoint: controlPlane.url, credentials: localCredentials })
  return {
    endpoint: controlPlane.url,
    aws: connectTo(region),
    connect: connectTo,
    ecs,
    async close() {
      await ecs.close()
      await controlPlane.close()
      await ministack.close()
    },
  }
}
