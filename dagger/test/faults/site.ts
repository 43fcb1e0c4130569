import { onTestFinished } from "vitest"
import type { Artifacts } from "../../delivery/artifacts.ts"
import { openFolder } from "../../delivery/site/folder.ts"
import type { Target } from "../../delivery/target.ts"
import { bucketOrigin, liveFunction, readFunction, startSiteServer } from "../../local-cloud/distribution.ts"
import { createDistribution, functionNameOf } from "../../local-cloud/provision.ts"
import { ministack } from "../delivery/emulator.ts"
import { asset, folderOf } from "../delivery/site/site-stage.ts"

/** A website's part of an environment. */
export interface FaultySite {
  target: Target
  /** Pages that say what they are of */
  release(name: string): Artifacts["site"]
  /** What a person sees */
  served(): Promise<string>
}

/** Gives an environment a website: a bucket with a distribution before it. */
export async function addSite(target: Target): Promise<FaultySite> {
  const bucket = `${target.infrastructure.deploymentsBucket}-site`
  await (await target.aws.s3()).createBucket({ Bucket: bucket })
  const distribution = await createDistribution(target.aws, bucket, await readFunction())
  const server = await startSiteServer({
    origin: bucketOrigin(ministack.url, bucket),
    apiUrl: target.infrastructure.publicUrl,
    apiPatterns: [],
    code: liveFunction(ministack.url, functionNameOf(bucket)),
  })
  onTestFinished(server.close)
  const infrastructure = { ...target.infrastructure, site: { bucket, distribution, url: server.url } }
  return {
    target: { ...target, infrastructure },
    release: (name) => async () => openFolder(await folderOf({ "index.html": name, [asset(name)]: name })),
    served: async () => (await fetch(server.url)).text(),
  }
}
