import { execFile, spawn } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { connect, type Aws } from "../dagger/aws/clients.ts"
import type { DeployedSite } from "../dagger/delivery/site/deploy-site.ts"
import { startMinistack } from "../dagger/node/processes/ministack.ts"
import { createDistribution } from "../dagger/local-cloud/provision.ts"
import { bucketOrigin, readFunction, startSiteServer } from "../dagger/local-cloud/distribution.ts"
import type { SiteToDeploy } from "./deploy-site.ts"
import { median, type Figure } from "./figure.ts"
import { compareCorrectness } from "./site-correctness.ts"
import type { Way } from "./way.ts"

const run = promisify(execFile)
const root = join(import.meta.dirname, "..")
const state = join(root, ".cathouse")
const credentials = { accessKeyId: "test", secretAccessKey: "test" }
const region = "sa-east-1"

/** As many pages as a release may well have: CloudFront's function has room for some 450. The rest are assets. */
const pages = 250 // with the configuration
const assets = 4750

/** Runs in a row, of which the medians count. */
const rounds = { first: 3, unchanged: 5 }

/** A site's deploy against `aws s3 sync` to the same endpoint, as whole processes, and what of the two is right. */
export async function measureSite(): Promise<Figure[]> {
  const aws = await installAwscli()
  const folder = await mkdtemp(join(tmpdir(), "cat-house-site-"))
  const ministack = await startMinistack(join(state, "ministack", "bin", "python"))
  try {
    await writeSite(folder)
    const clients = connect({ region, endpoint: ministack.url, credentials })
    const first = { ours: [] as number[], theirs: [] as number[] }
    const unchanged = { ours: [] as number[], theirs: [] as number[] }
    const figures: Figure[] = []
    for (let round = 1; round <= rounds.first; round++) {
      const site = await openSite(clients, folder, `round-${round}`, ministack.url)
      const sync = { bucket: `sync-${round}`, send: (by = ministack.url) => syncSite(aws, folder, `sync-${round}`, by) }
      await (await clients.s3()).createBucket({ Bucket: sync.bucket })
      first.theirs.push(await timed(sync.send))
      first.ours.push(await timed(site.send))
      if (round === rounds.first) {
        for (let again = 0; again < rounds.unchanged; again++) {
          unchanged.theirs.push(await timed(sync.send))
          unchanged.ours.push(await timed(site.send))
        }
        figures.push(...(await compareCorrectness(await clients.s3(), ministack.url, folder, site, sync)))
      }
      await site.close()
    }
    return [...compare("first upload", first, 0.25), ...compare("unchanged", unchanged, 0.3), ...figures]
  } finally {
    await ministack.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** awscli is got only for this, into `.cathouse`. */
async function installAwscli(): Promise<string> {
  const environment = join(state, "awscli")
  await run(join(state, "uv", "bin", "uv"), ["sync", "--locked", "--project", join(root, "bench", "awscli")], {
    env: { ...process.env, UV_PROJECT_ENVIRONMENT: environment, UV_PYTHON_DOWNLOADS: "never" },
  })
  return join(environment, "bin", "aws")
}

async function writeSite(folder: string): Promise<void> {
  const write = async (path: string, content: Buffer | string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  for (let n = 0; n < assets; n++) {
    const content = randomBytes(500 + ((n * 37) % 6000))
    const hash = createHash("md5").update(content).digest("hex")
    const kind = n % 10 === 0 ? `_expo/static/js/web/route${n}-${hash}.js` : `assets/images/cat${n}.${hash}.png`
    await write(kind, content)
  }
  await write("config.json", JSON.stringify({ apiUrl: "/api" }))
  await write("index.html", page(0))
  await write("about.html", page(1))
  for (let n = 3; n < pages; n++) await write(`cats/cat-${n}.html`, page(n))
}

const page = (n: number): string =>
  `<!doctype html><title>Cat ${n}</title>${`<p>A paragraph on cat ${n}.</p>`.repeat(60)}`

interface Site extends Way<DeployedSite> {
  close(): Promise<void>
}

/** A bucket and a distribution of its own, and the server that stands for the latter. */
async function openSite(aws: Aws, folder: string, name: string, endpoint: string): Promise<Site> {
  const s3 = await aws.s3()
  const bucket = `site-${name}`
  const deploymentsBucket = `deployments-${name}`
  await Promise.all([bucket, deploymentsBucket].map((Bucket) => s3.createBucket({ Bucket })))
  const distribution = await createDistribution(aws, name, await readFunction())
  const server = await startSiteServer({ origin: bucketOrigin(endpoint, bucket), apiUrl: endpoint, apiPatterns: [] })
  const send = async (by = endpoint): Promise<DeployedSite> => {
    const site = { bucket, distribution, url: server.url }
    const told: SiteToDeploy = { endpoint: by, folder, site, deploymentsBucket }
    const program = join(import.meta.dirname, "deploy-site.ts")
    return JSON.parse(await output(process.execPath, [program, JSON.stringify(told)])) as DeployedSite
  }
  return { bucket, send, close: server.close }
}

const syncSite = (aws: string, folder: string, bucket: string, endpoint: string): Promise<string> =>
  output(aws, ["s3", "sync", folder, `s3://${bucket}`, "--only-show-errors", "--endpoint-url", endpoint])

async function output(command: string, args: string[]): Promise<string> {
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: region,
  }
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] })
  let text = ""
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()))
  const [code] = (await once(child, "close")) as [number | null]
  if (code !== 0) throw new Error(`${command} exited with ${code}`)
  return text
}

async function timed(act: (endpoint?: string) => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await act()
  return (performance.now() - started) / 1000
}

function compare(what: string, { ours, theirs }: { ours: number[]; theirs: number[] }, limit: number): Figure[] {
  const [mine, other] = [median(ours), median(theirs)]
  const name = `site of ${assets + pages} files, ${what}`
  return [
    [`${name}: aws s3 sync`, `${other.toFixed(2)} s`, "none", true],
    [`${name}: deploy-site`, `${mine.toFixed(2)} s`, "none", true],
    [`${name}: deploy-site / aws s3 sync`, (mine / other).toFixed(2), String(limit), mine / other <= limit],
  ]
}
