import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"
import { connect } from "../../../aws/clients.ts"
import { systemClock } from "../../../platform/clock.ts"
import type { Infrastructure } from "../../../platform/infrastructure.ts"
import { deploySite } from "../../../delivery/site/deploy-site.ts"
import { openFolder } from "../../../delivery/site/folder.ts"
import type { Target } from "../../../delivery/target.ts"
import { createDistribution, functionNameOf } from "../../../local-cloud/provision.ts"
import { bucketOrigin, liveFunction, readFunction, startSiteServer } from "../../../local-cloud/distribution.ts"
import { parsePlatform } from "../../../platform/manifest.ts"
import type { Progress } from "../../../platform/progress.ts"
import { manifest } from "../../platform/manifests.ts"
import { ministack } from "../emulator.ts"
import { startGate } from "./gate.ts"

export type Files = Record<string, string>

/** A name as Expo gives it: after what stands for the content. */
export const asset = (content: string): string =>
  `assets/cat.${Buffer.from(content.padEnd(16, ".")).toString("hex").slice(0, 32)}.png`

export const deployFolder = async (target: Target, folder: string, progress: Progress) =>
  deploySite(target, await openFolder(folder), progress)

let stages = 0

/** A bucket with a distribution before it, empty at first; AWS is reached through a gate. */
export async function siteStage({ keepReleases = 5 } = {}) {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const platform = {
    ...parsePlatform(manifest()),
    site: { folder: "frontend", build: [], output: "dist", keepReleases },
  }
  platform.verification = { attempts: 2, intervalSeconds: 0.01 }
  const gate = await startGate(ministack.url)
  /** Not through the gate */
  const direct = connect({ region: platform.region, endpoint: ministack.url, credentials })
  const bucket = `site-${++stages}`
  const deploymentsBucket = `deployments-${stages}`
  const s3 = await direct.s3()
  for (const Bucket of [bucket, deploymentsBucket]) await s3.createBucket({ Bucket })
  const distribution = await createDistribution(direct, bucket, await readFunction())
  const server = await startSiteServer({
    origin: bucketOrigin(ministack.url, bucket),
    apiUrl: ministack.url,
    apiPatterns: [],
    code: liveFunction(ministack.url, functionNameOf(bucket)),
  })
  onTestFinished(server.close)

  const infrastructure = { site: { bucket, distribution, url: server.url }, deploymentsBucket } as Infrastructure
  const aws = connect({ region: platform.region, endpoint: gate.url, credentials })
  const target: Target = {
    environment: "staging",
    platform,
    infrastructure,
    aws,
    clock: systemClock,
    pollSeconds: 0.01,
  }
  const lines: string[] = []
  const write = (subject: string, text: string) => void lines.push(`${subject}: ${text}`)
  const progress: Progress = { status() {}, line: write, done: write, failed: write }

  const keysOf = async (Bucket: string) =>
    ((await s3.listObjectsV2({ Bucket })).Contents ?? []).map(({ Key }) => Key!).sort()
  return {
    target,
    gate,
    lines,
    progress,
    /** The same, past the gate */
    unhindered: { ...target, aws: direct },
    deploy: async (files: Files) => deployFolder(target, await folderOf(files), progress),
    get: async (path: string) => {
      const response = await fetch(`${server.url}${path}`)
      return { status: response.status, text: await response.text(), headers: response.headers }
    },
    keys: () => keysOf(bucket),
    releases: async () => [...new Set((await keysOf(deploymentsBucket)).map((key) => key.split("/")[1]))],
    /** What was put into the site's bucket since the gate's list was emptied, in order */
    puts: () =>
      gate.passed
        .filter(({ method, path }) => method === "PUT" && path.startsWith(`/${bucket}/`))
        .map(({ path }) => path.slice(bucket.length + 2)),
    invalidations: async () => {
      const cloudfront = await direct.cloudfront()
      const { InvalidationList } = await cloudfront.listInvalidations({ DistributionId: distribution })
      return (InvalidationList!.Items ?? []).map(({ Id }) => Id!)
    },
  }
}

/** A folder with files, by their paths. */
export async function folderOf(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-site-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}
