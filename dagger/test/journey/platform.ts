import { deploy } from "../../delivery/deploy.ts"
import { openLocal, type LocalEnvironment } from "../../commands/environment.ts"
import { nodeRunner } from "../../node/runner.ts"
import { publishSample } from "../../commands/sample.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { silent } from "../delivery/stage.ts"

export interface Platform {
  environment: LocalEnvironment
  /** The website's address, with the API at the same origin */
  url: string
  /** The load balancer's, with the API alone */
  apiUrl: string
}

/** The whole platform on this machine, deployed, with the sample in its catalogue. */
export async function openPlatform(): Promise<Platform> {
  const environment = await openLocal(nodeRunner(repositoryRoot, { ...silent, close() {} }), {}, silent)
  await deploy(environment.target, await environment.artifacts(), silent)
  const { publicUrl, site } = environment.target.infrastructure
  await publishSample(environment.target.platform, publicUrl, environment.echo!, silent)
  return { environment, url: site!.url, apiUrl: publicUrl }
}
