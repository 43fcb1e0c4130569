import { execFile, spawn, type ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { open, readFile, rm, mkdtemp, type FileHandle } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { imagesOf, type StoredImage } from "../dagger/node/packages/images.ts"
import { untilAnswers } from "../dagger/node/processes/ministack.ts"
import { freePort } from "../dagger/local-cloud/ports.ts"
import { startPostgres } from "../dagger/node/processes/postgres.ts"
import { stopProcess } from "../dagger/node/processes/stop-process.ts"
import { guard } from "../dagger/node/processes/watchdog.ts"
import { openRepository, requireService } from "../dagger/platform/repository.ts"
import { median, type Figure } from "./figure.ts"
import { environmentOf, programOf } from "../dagger/node/packages/image-programs.ts"

const run = promisify(execFile)

/** As many entries, of which a page shows 20. */
const entries = 200
const connections = 50
/** Of `seconds` each, in turns, of which the medians count. */
const rounds = 5
const seconds = 5

/** What logging and tracing cost a service, how long its slowest answers take, and what each service has resident. */
export async function measureServices(root: string): Promise<Figure[]> {
  const wrk = await run("sh", ["-c", "command -v wrk"]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
  if (!wrk) {
    console.log("skipped: requests per second of a service, as wrk is not on PATH (apt-get install wrk)")
    return []
  }
  const repository = await openRepository(root)
  const images = imagesOf(root)
  const folder = await mkdtemp(join(tmpdir(), "cat-house-bench-services-"))
  const log = await open(join(folder, "log"), "w")
  const postgres = await startPostgres()
  const started: Started[] = []
  const environment = {
    ENVIRONMENT: "local",
    DATABASE_URL: postgres.url,
    JWT_SECRET: randomBytes(32).toString("hex"),
    ENCRYPTION_KEY: `${randomBytes(32).toString("base64url")}=`,
    DATABASE_MAX_OVERFLOW: "1",
  }
  const start = async (name: string, program?: string) => {
    const image = await images.build(root, requireService(repository.platform, name))
    const service = await startService(image, log, environment, program)
    started.push(service)
    return service
  }
  try {
    await migrate(await images.build(root, requireService(repository.platform, "auth")), environment)
    const all = []
    for (const { name } of repository.platform.services) all.push({ name, ...(await start(name)) })
    const catalog = all.find(({ name }) => name === "catalog")!
    const bare = await start("catalog", join(import.meta.dirname, "unlogged.py"))
    const auth = all.find(({ name }) => name === "auth")!
    await fill(auth.url, catalog.url)

    const page = "/api/v1/catalog/entries"
    const logged: Load[] = []
    const unlogged: Load[] = []
    for (let round = 0; round < rounds; round++) {
      unlogged.push(await load(wrk, bare.url + page))
      logged.push(await load(wrk, catalog.url + page))
    }
    const [with_, without] = [logged, unlogged].map((loads) => median(loads.map(({ perSecond }) => perSecond)))
    const ratio = median(logged.map(({ perSecond }, round) => perSecond / unlogged[round]!.perSecond))
    for (const { name, url } of all) await load(wrk, `${url}/api/v1/${name}/openapi.json`, 1)
    const sizes = await Promise.all(all.map(async ({ name, pid }) => ({ name, mebibytes: await resident(pid) })))
    return [
      ["catalogue page, with logging and tracing", `${with_!.toFixed(0)} requests/s`, "none", true],
      ["catalogue page, without", `${without!.toFixed(0)} requests/s`, "none", true],
      ["with / without", ratio.toFixed(2), "0.85 or more", ratio >= 0.85],
      [
        `catalogue page, 99th percentile of ${connections} connections`,
        `${median(logged.map(({ p99 }) => p99)).toFixed(0)} ms`,
        "none",
        true,
      ],
      ...sizes.map(({ name, mebibytes }): Figure => [
        `${name}, resident after load`,
        `${mebibytes.toFixed(0)} MiB`,
        "80 MiB",
        mebibytes <= 80,
      ]),
    ]
  } finally {
    await Promise.all(started.map(({ close }) => close()))
    await postgres.close()
    await log.close()
    await rm(folder, { recursive: true })
  }
}

interface Started {
  url: string
  pid: number
  close(): Promise<void>
}

/** Starts a service as a task of the local cloud is, but with a file for its log, which costs no other process anything. */
async function startService(
  image: StoredImage,
  log: FileHandle,
  environment: Record<string, string>,
  program?: string,
): Promise<Started> {
  const port = await freePort()
  const child = startPython(image, program ? [program] : ["-m", "app"], log, {
    ...environment,
    PORT: String(port),
    HOST: "127.0.0.1",
  })
  const url = `http://127.0.0.1:${port}`
  await untilAnswers(url)
  return { url, pid: child.pid!, close: () => stopProcess(child, { timeoutSeconds: 5 }) }
}

function startPython(
  image: StoredImage,
  args: string[],
  log: FileHandle,
  environment: Record<string, string>,
): ChildProcess {
  const [python, ...rest] = programOf(image, ["python", ...args])
  const child = spawn(python!, rest, {
    cwd: image.home,
    env: { ...environment, ...environmentOf(image) },
    stdio: ["ignore", log.fd, log.fd],
    detached: true,
  })
  guard(child)
  return child
}

async function migrate(image: StoredImage, environment: Record<string, string>): Promise<void> {
  const [alembic, ...args] = programOf(image, ["alembic", "upgrade", "head"])
  await run(alembic!, args, { cwd: image.home, env: { ...environment, ...environmentOf(image) } })
}

async function fill(authUrl: string, catalogUrl: string): Promise<void> {
  const credentials = { email: "bench@cats.example", password: randomBytes(12).toString("hex") }
  await post(`${authUrl}/api/v1/auth/register`, credentials)
  const { access_token } = (await post(`${authUrl}/api/v1/auth/login`, credentials)) as { access_token: string }
  for (let number = 1; number <= entries; number++) {
    const entry = {
      slug: `cat-${String(number).padStart(4, "0")}`,
      name: `Cat ${number}`,
      description: "A cat in the house. ".repeat(5),
      endpoint: "https://cats.example/",
    }
    await post(`${catalogUrl}/api/v1/catalog/entries`, entry, access_token)
  }
}

async function post(url: string, body: object, token?: string): Promise<unknown> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
  return response.json()
}

interface Load {
  perSecond: number
  /** Milliseconds */
  p99: number
}

const milliseconds: Record<string, number> = { us: 0.001, ms: 1, s: 1000 }

/** Sends a URL as many requests as it takes. An answer that is no success is an error. */
async function load(wrk: string, url: string, duration = seconds): Promise<Load> {
  const { stdout } = await run(wrk, ["-t1", `-c${connections}`, `-d${duration}s`, "--latency", "--timeout", "10s", url])
  const [, perSecond] = /Requests\/sec: +([\d.]+)/.exec(stdout) ?? []
  const [, p99, unit] = /99% +([\d.]+)(us|ms|s)/.exec(stdout) ?? []
  const wrong = /Non-2xx.*|Socket errors.*/.exec(stdout)
  if (wrong || !perSecond || !p99) throw new Error(`${url} under load: ${wrong?.[0] ?? stdout}`)
  return { perSecond: Number(perSecond), p99: Number(p99) * milliseconds[unit!]! }
}

/** What a process has resident, in MiB (Linux). */
async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8")
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024
}
