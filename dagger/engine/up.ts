import { dag, type Directory, type Service } from "@dagger.io/dagger"
import { inLocalCloud } from "../commands/environment.ts"
import { bringUp } from "../commands/up.ts"
import { container as containerOf } from "../delivery/ecs/task-definition.ts"
import { readRunning } from "../delivery/ecs/services.ts"
import type { Target } from "../delivery/target.ts"
import { distributionOf } from "../local-cloud/distribution.ts"
import { functionNameOf } from "../local-cloud/provision.ts"
import { customaryPorts } from "../local-cloud/ports.ts"
import type { Service as PlatformService } from "../platform/manifest.ts"
import { apiPatterns, isRouted } from "../platform/service.ts"
import type { Progress } from "../platform/progress.ts"
import { ministackPort, moduleContainer, nodeProgram, type EngineCloud } from "./local-cloud.ts"
import type { EngineRunner } from "./runner.ts"

/** Starts the load balancer and the site's server of `local/` in a container; what they serve comes in by an environment variable. */
const program = `
import { startLoadBalancer } from "/module/local-cloud/load-balancer.ts"
import { bucketOrigin, liveFunction, startSiteServer } from "/module/local-cloud/distribution.ts"
const { services, site, apiPatterns } = JSON.parse(process.env.SERVED)
const host = "0.0.0.0"
const rules = services.map(({ name, route }) => ({
  prefix: route.path,
  host: route.host,
  groups: () => [{ name, weight: 100, targets: [{ host: name, port: route.port }] }],
}))
await startLoadBalancer(rules, { port: ${customaryPorts.api}, host })
if (site) await startSiteServer({
  origin: bucketOrigin("http://ministack:${ministackPort}", site.bucket),
  apiUrl: "http://127.0.0.1:${customaryPorts.api}",
  apiPatterns,
  distribution: "/site-distribution",
  code: liveFunction("http://ministack:${ministackPort}", site.functionName),
  port: ${customaryPorts.site},
  host,
})
`

/**
 * Deploys the platform to this machine, which migrates its database and proves that it works, and returns it as one
 * service: the website and the load balancer, bound to the platform's services, which are bound to the database.
 */
export async function upService(runner: EngineRunner, source: Directory, progress: Progress): Promise<Service> {
  const cloud = await runner.openLocalCloud({}, progress)
  try {
    const environment = await inLocalCloud(runner, cloud)
    progress.line("up", await bringUp({ ...environment, ...cloud }, progress))
    const { platform, infrastructure } = environment.target
    const bucket = infrastructure.site?.bucket
    const site = bucket && { bucket, functionName: functionNameOf(bucket) }
    const services = platform.services.filter(isRouted)
    let front = moduleContainer()
      .withServiceBinding("ministack", cloud.ministack)
      .withEnvVariable("SERVED", JSON.stringify({ services, site, apiPatterns: apiPatterns(services) }))
      .withExposedPort(customaryPorts.api)
    if (site)
      front = front
        .withDirectory("/site-distribution", source.directory(distributionOf(".")))
        .withExposedPort(customaryPorts.site)
    for (const service of platform.services)
      front = front.withServiceBinding(service.name, await serviceOf(environment.target, cloud, service))
    return front.asService({ args: nodeProgram(program) })
  } finally {
    await cloud.closeButData()
  }
}

/** A service of the platform as a Dagger service: the image that was deployed, with the environment of its task. */
async function serviceOf(target: Target, { images, connect }: EngineCloud, service: PlatformService): Promise<Service> {
  const [running] = await readRunning(target, [service])
  const deployed = containerOf(running!.definition)!
  const secrets = await target.aws.secrets()
  let container = connect(images.find(deployed.image!)!)
  if (service.route) container = container.withExposedPort(service.route.port)
  for (const { name, value } of deployed.environment ?? []) container = container.withEnvVariable(name!, value!)
  for (const name of service.secrets) {
    const { SecretString } = await secrets.getSecretValue({ SecretId: target.infrastructure.secrets[name]! })
    container = container.withSecretVariable(name, dag.setSecret(`up-${name}`, SecretString!))
  }
  return container.asService(deployed.command?.length ? { args: deployed.command } : {})
}
