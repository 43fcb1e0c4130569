import { connect } from "../aws/clients.ts"
import type { Infrastructure } from "../platform/infrastructure.ts"
import { localEnvironment } from "../platform/environments.ts"
import type { Platform } from "../platform/manifest.ts"
import { apiPatterns } from "../platform/service.ts"
import { startAws } from "./aws.ts"
import { startLoadBalancer } from "./load-balancer.ts"
import { customaryPorts, ifFree } from "./ports.ts"
import { localCredentials } from "./ministack.ts"
import { provision, siteBucketOf, functionNameOf, type LocalSecrets } from "./provision.ts"
import { bucketOrigin, liveFunction, readFunction, startSiteServer } from "./distribution.ts"
import { rulesOf } from "./rules.ts"
import type { TaskDriver } from "./task-driver.ts"

/** A cloud on this machine, with an environment `local` in it that nothing has been deployed to. */
export interface LocalCloud {
  /** Where AWS's clients find it */
  endpoint: string
  infrastructure: Infrastructure
  close(): Promise<void>
}

export interface CloudParts {
  platform: Platform
  driver: TaskDriver
  ministackUrl: string
  /** As tasks reach it */
  databaseUrl: string
  /** Of the secrets but the database's; default: new ones */
  secrets?: LocalSecrets | undefined
  /** `host:port`, as tasks reach it: a private address that proxy may call all the same */
  echo: string
  /** Where the load balancer listens; default: loopback */
  host?: string | undefined
  /** Of the load balancer; default: the platform's customary one where it is free */
  port?: number | undefined
  /** The website; without one, the environment has none */
  site?:
    | {
        /** As for the load balancer */
        port?: number | undefined
        /** As for the site server */
        distribution?: string | undefined
      }
    | undefined
}

/** Puts a local cloud together from its parts; the same under the engine and without one. */
export async function startCloud({
  platform,
  driver,
  ministackUrl,
  databaseUrl,
  secrets,
  echo,
  host,
  port,
  site,
}: CloudParts): Promise<LocalCloud> {
  const { region } = platform
  const started: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (let part = started.pop(); part; part = started.pop()) await part()
  }
  const cloud = await startAws({ region, driver, ministackUrl })
  started.push(cloud.close)
  const targetGroups: Record<string, string> = {}
  const rules = rulesOf(platform, cloud.ecs, (service) => targetGroups[service])
  try {
    const loadBalancer = await startLoadBalancer(rules, {
      host,
      port: port ?? (await ifFree(customaryPorts.api)),
      count: cloud.count,
    })
    started.push(loadBalancer.close)
    const siteServer =
      site &&
      (await startSiteServer({
        origin: bucketOrigin(ministackUrl, siteBucketOf(platform)),
        apiUrl: loadBalancer.url,
        apiPatterns: apiPatterns(platform.services),
        distribution: site.distribution,
        code: liveFunction(ministackUrl, functionNameOf(siteBucketOf(platform))),
        port: site.port ?? (await ifFree(customaryPorts.site)),
      }))
    if (siteServer) started.push(siteServer.close)
    const aws = connect({ region, endpoint: cloud.endpoint, credentials: localCredentials })
    const infrastructure = await provision(aws, platform, {
      publicUrl: loadBalancer.url,
      databaseUrl,
      secrets,
      site: siteServer && { url: siteServer.url, code: await readFunction(site?.distribution) },
      variables: withEcho(platform, echo),
    })
    Object.assign(targetGroups, infrastructure.targetGroups)
    return { endpoint: cloud.endpoint, infrastructure, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The services' variables in which `{echo}` stands for the address of an endpoint that answers with what it was sent. */
const withEcho = (platform: Platform, echo: string): Infrastructure["variables"] => {
  const local = localEnvironment(platform).name
  return Object.fromEntries(
    platform.services.map(({ name, environment }) => {
      const filled = Object.entries(environment).flatMap(([variable, value]) => {
        const here = typeof value === "string" ? value : value[local]
        return here?.includes("{echo}") ? [[variable, here.replaceAll("{echo}", echo)] as const] : []
      })
      return [name, Object.fromEntries(filled)]
    }),
  )
}
