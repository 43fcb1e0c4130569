import { execFile, spawn } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises"
import { createServer, request, type Server } from "node:http"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { connect, type Aws } from "../dagger/src/delivery/aws.ts"
import type { DeployedSite } from "../dagger/src/delivery/site/deploy-site.ts"
import { startMinistack } from "../dagger/src/local/ministack.ts"
import { closeServer, listen } from "../dagger/src/local/ports.ts"
import { startSiteServer } from "../dagger/src/local/site-server.ts"
import type { SiteToDeploy } from "./deploy-site.ts"
import type { Figure } from "./delivery.ts"

const run = promisify(execFile)
const root = join(import.meta.dirname, "..")
const state = join(root, ".cathouse")
const credentials = { accessKeyId: "test", secretAccessKey: "test" }
const region = "sa-east-1"

/** As many files as the issue asks for; of ten, nine are assets, as in a site that Expo exports. */
const pages = 500
const assets = 4500

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
      const sync = () => syncSite(aws, folder, `sync-${round}`, ministack.url)
      await (await clients.s3()).createBucket({ Bucket: `sync-${round}` })
      first.theirs.push(await timed(sync))
      first.ours.push(await timed(site.deploy))
      if (round === rounds.first) {
        for (let again = 0; again < rounds.unchanged; again++) {
          unchanged.theirs.push(await timed(sync))
          unchanged.ours.push(await timed(site.deploy))
        }
        figures.push(...(await compareCorrectness(clients, folder, { site, sync, bucket: `sync-${round}` })))
      }
      await site.close()
    }
    return [...compare("first upload", first, 0.35), ...compare("unchanged", unchanged, 0.5), ...figures]
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
  for (let n = 2; n < pages; n++) await write(`cats/cat-${n}.html`, page(n))
}

const page = (n: number): string =>
  `<!doctype html><title>Cat ${n}</title>${`<p>A paragraph on cat ${n}.</p>`.repeat(60)}`

interface Site {
  bucket: string
  deploy(): Promise<DeployedSite>
  /** Deploys, and counts the requests by their methods */
  deployCounted(): Promise<Record<string, number>>
  close(): Promise<void>
}

/** A bucket and a distribution of its own, and the server that stands for the latter. */
async function openSite(aws: Aws, folder: string, name: string, endpoint: string): Promise<Site> {
  const s3 = await aws.s3()
  const bucket = `site-${name}`
  const deploymentsBucket = `deployments-${name}`
  await Promise.all([bucket, deploymentsBucket].map((Bucket) => s3.createBucket({ Bucket })))
  const distribution = await createDistribution(aws, name)
  const server = await startSiteServer({ s3: aws.s3, bucket, apiUrl: endpoint })
  const deployTo = async (endpoint: string): Promise<DeployedSite> => {
    const told: SiteToDeploy = { endpoint, folder, site: { bucket, distribution, url: server.url }, deploymentsBucket }
    const program = join(import.meta.dirname, "deploy-site.ts")
    return JSON.parse(await output(process.execPath, [program, JSON.stringify(told)])) as DeployedSite
  }
  return {
    bucket,
    deploy: () => deployTo(endpoint),
    async deployCounted() {
      const { server: proxy, methods, url } = await startCountingProxy(endpoint)
      await deployTo(url)
      await closeServer(proxy)
      return methods
    },
    close: server.close,
  }
}

async function createDistribution(aws: Aws, CallerReference: string): Promise<string> {
  const origin = { Id: "site", DomainName: "site.s3.amazonaws.com", S3OriginConfig: { OriginAccessIdentity: "" } }
  const cloudfront = await aws.cloudfront()
  const { Distribution } = await cloudfront.createDistribution({
    DistributionConfig: {
      CallerReference,
      Comment: CallerReference,
      Enabled: true,
      Origins: { Quantity: 1, Items: [origin] },
      DefaultCacheBehavior: { TargetOriginId: "site", ViewerProtocolPolicy: "redirect-to-https" },
    },
  })
  return Distribution!.Id!
}

/** Where `s3 sync` is not right: it trusts size and time, takes files in any order, and leaves stale ones where they are. */
async function compareCorrectness(
  aws: Aws,
  folder: string,
  { site, sync, bucket }: { site: Site; sync: () => Promise<unknown>; bucket: string },
): Promise<Figure[]> {
  const methods = await site.deployCounted()
  const page = join(folder, "cats/cat-7.html")
  const [{ atime, mtime }, before] = await Promise.all([stat(page), readFile(page, "utf8")])
  const edited = before.replaceAll("cat 7", "dog 7")
  await writeFile(page, edited)
  await utimes(page, atime, mtime)
  await rm(join(folder, "cats/cat-8.html"))
  await sync()
  const changed = await site.deploy()
  const s3 = await aws.s3()
  const has = async (Bucket: string, Key: string) =>
    s3.getObject({ Bucket, Key }).then(
      ({ Body }) => Body!.transformToString(),
      () => undefined,
    )
  const found = async (Bucket: string) => {
    const right = (await has(Bucket, "cats/cat-7.html")) === edited
    const gone = (await has(Bucket, "cats/cat-8.html")) === undefined
    return { right, gone }
  }
  const [ours, theirs] = [await found(site.bucket), await found(bucket)]
  const seen = (mine: boolean, other: boolean) => `${mine ? "yes" : "no"}, aws s3 sync: ${other ? "yes" : "no"}`
  return [
    ["site: requests when unchanged", inWords(methods), "no PUT", !methods.PUT && !methods.POST],
    ["site: same size and time, other content is sent", seen(ours.right, theirs.right), "yes", ours.right],
    ["site: a page that vanished is removed", seen(ours.gone, theirs.gone), "yes", ours.gone],
    [
      "site: paths invalidated for these two",
      changed.invalidated.join(" "),
      "4",
      changed.invalidated.length === 4 && changed.uploaded === 1,
    ],
  ]
}

const inWords = (methods: Record<string, number>): string =>
  Object.entries(methods)
    .map(([method, count]) => `${count} ${method}`)
    .join(", ")

async function startCountingProxy(
  endpoint: string,
): Promise<{ server: Server; methods: Record<string, number>; url: string }> {
  const methods: Record<string, number> = {}
  const server = createServer((incoming, outgoing) => {
    methods[incoming.method!] = (methods[incoming.method!] ?? 0) + 1
    const sent = request(new URL(incoming.url!, endpoint), { method: incoming.method, headers: incoming.headers })
    sent.on("response", (response) => response.pipe(outgoing.writeHead(response.statusCode!, response.headers)))
    incoming.pipe(sent)
  })
  const port = await listen(server, 0)
  return { server, methods, url: `http://127.0.0.1:${port}` }
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

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await act()
  return (performance.now() - started) / 1000
}

const median = (values: number[]): number => [...values].sort((one, other) => one - other)[values.length >> 1]!

function compare(what: string, { ours, theirs }: { ours: number[]; theirs: number[] }, limit: number): Figure[] {
  const [mine, other] = [median(ours), median(theirs)]
  const name = `site of ${assets + pages} files, ${what}`
  return [
    [`${name}: aws s3 sync`, `${other.toFixed(2)} s`, "none", true],
    [`${name}: deploy-site`, `${mine.toFixed(2)} s`, "none", true],
    [`${name}: deploy-site / aws s3 sync`, (mine / other).toFixed(2), String(limit), mine / other <= limit],
  ]
}
