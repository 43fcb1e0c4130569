import { connect } from "../dagger/aws/clients.ts"
import { systemClock } from "../dagger/platform/clock.ts"
import type { Infrastructure } from "../dagger/platform/infrastructure.ts"
import { deploySite } from "../dagger/delivery/site/deploy-site.ts"
import { openFolder } from "../dagger/delivery/site/folder.ts"
import type { Target } from "../dagger/delivery/target.ts"
import type { Platform } from "../dagger/platform/manifest.ts"

/** What a process that deploys a site and nothing else is told, as JSON in its one argument. */
export interface SiteToDeploy {
  endpoint: string
  folder: string
  site: NonNullable<Infrastructure["site"]>
  deploymentsBucket: string
}

// Run as a process of its own, to be timed against `aws s3 sync` from its start to its end.
const { endpoint, folder, site, deploymentsBucket } = JSON.parse(process.argv[2]!) as SiteToDeploy
const target: Target = {
  environment: "staging",
  platform: { site: { keepReleases: 5 }, verification: { attempts: 1, intervalSeconds: 0 } } as Platform,
  infrastructure: { site, deploymentsBucket } as Infrastructure,
  aws: connect({
    region: "sa-east-1",
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  }),
  clock: systemClock,
  pollSeconds: 0.1,
}
const line = (subject: string, text: string) => console.error(`${subject}: ${text}`)
console.log(
  JSON.stringify(await deploySite(target, await openFolder(folder), { status() {}, line, done() {}, failed: line })),
)
