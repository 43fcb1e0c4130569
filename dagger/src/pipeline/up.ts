import { dag, type Directory, type Service } from "@dagger.io/dagger"
import { deploy } from "../delivery/deploy.ts"
import { readRunning } from "../delivery/services.ts"
import { container as containerOf } from "../delivery/task-definition.ts"
import type { Service as PlatformService } from "../platform/manifest.ts"
import type { Report } from "../report/report.ts"
import { checkOut, startMachine, type EngineMachine } from "./machine.ts"

const nodeImage = "node:24-slim"
const port = 8004

/** Starts the load balancer of `local/` in a container; the rules come in by an environment variable. */
const program = `
import { startLoadBalancer } from "/module/src/local/load-balancer.ts"
const rules = JSON.parse(process.env.RULES).map(({ prefix, host, port }) => ({ prefix, targets: () => [{ host, port }] }))
await startLoadBalancer(rules, { port: ${port}, host: "0.0.0.0" })
`

/**
 * Deploys the platform to this machine, which migrates its database and proves that it works, and returns it as one
 * service: the load balancer, bound to the platform's services, which are bound to the database.
 */
export async function upService(source: Directory, report: Report): Promise<Service> {
  const machine = await startMachine(source, await checkOut(source))
  try {
    await deploy(machine.target, machine.sources, report)
    const { services } = machine.target.platform
    let balancer = dag
      .container()
      .from(nodeImage)
      .withDirectory("/module/src", dag.currentModule().source().directory("src"))
      .withEnvVariable(
        "RULES",
        JSON.stringify(services.map(({ name, path, port }) => ({ prefix: path, host: name, port }))),
      )
      .withExposedPort(port)
    for (const service of services) {
      balancer = balancer.withServiceBinding(service.name, await serviceOf(machine, service))
    }
    return balancer.asService({ args: ["node", "--input-type=module", "--eval", program] })
  } finally {
    await machine.closeButPostgres()
  }
}

/** A service of the platform as a Dagger service: the image that was deployed, with the environment of its task. */
async function serviceOf({ target, images, postgres }: EngineMachine, service: PlatformService): Promise<Service> {
  const [running] = await readRunning(target, [service])
  const secrets = await target.aws.secrets()
  let container = images
    .find(containerOf(running!.definition)!.image!)!
    .withServiceBinding("postgres", postgres)
    .withEnvVariable("ENVIRONMENT", target.environment)
    .withExposedPort(service.port)
  for (const name of service.secrets) {
    const { SecretString } = await secrets.getSecretValue({ SecretId: target.infrastructure.secrets[name] })
    container = container.withSecretVariable(name, dag.setSecret(`up-${name}`, SecretString!))
  }
  return container.asService()
}
