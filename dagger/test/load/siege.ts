import { fork, spawn } from "node:child_process"
import { on, once } from "node:events"
import { readFile, readlink } from "node:fs/promises"
import { loadavg } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { readTargets } from "../../delivery/ecs/target-groups.ts"
import { freePort } from "../../local-cloud/ports.ts"
import { isRouted } from "../../platform/service.ts"
import { table } from "../../report/table.ts"
import { family, readProcess } from "../node/processes.ts"
import type { Seen, Siege } from "./hostile.ts"
import type { OpenPlatform } from "./platform.ts"
import { percentile, percentiles, startRequests, sumOf } from "./requests.ts"

/** Hostile requests of all, to each service alike, and how many a second */
const [requests, perSecond] = [10_000, 200]
/** Of each service at the same time, of each kind */
const slowClients = 10
/** In milliseconds, of 99 of 100, beyond what an idle service takes beside it */
const longestHealth = 100
/** That a service may have more of when it is over, in MiB */
const mostMemory = 32

/** A service that nobody besieges: what its health takes meanwhile is the machine's, and not the siege's. */
const idle = "idle beside"

/** What hostile requests and slow clients did to the services, each asked directly. */
export async function besiege({ target }: OpenPlatform, problem: (text: string) => void): Promise<string> {
  const services = await Promise.all(
    target.platform.services.filter(isRouted).map(async ({ name, route }) => {
      const targets = await readTargets(target, name)
      const port = targets.find(({ TargetHealth }) => TargetHealth?.State === "healthy")!.Target!.Port!
      const pid = await listener(port)
      const live = route.health.live
      return { name, port, pid, path: samplePath(name, route.path), live, before: await use(pid) }
    }),
  )
  const beside = await startBeside(services[1]!.pid)
  const health = startRequests(
    [...services, { ...services[1]!, name: idle, port: beside.port }].map(({ name, port, live }) => ({
      name,
      url: `http://127.0.0.1:${port}${live}`,
      perSecond: 10,
      connections: 1,
    })),
  )
  await sleep(10_000)
  health.begin("during")
  const child = fork(join(import.meta.dirname, "hostile.ts"))
  const messages = on(child, "message", { signal: AbortSignal.timeout(300_000) })
  child.send({ services, count: requests, perSecond, slow: slowClients } satisfies Siege)
  await messages.next()
  health.begin("after")
  const used = await Promise.all(services.map(({ pid }) => use(pid)))
  const { value } = (await messages.next()) as { value: [Seen] }
  const [seen] = value
  const heard = await health.stop()
  beside.close()

  const healthOf = (name: string, phase: string) => sumOf(heard, phase, (one) => one === name)
  const quiet = percentile(healthOf(idle, "during"), 99)
  const rows = services.map(({ name, before }, index) => {
    const now = used[index]!
    const during = healthOf(name, "during")
    const { statuses, broken } = seen.said[name]!
    if (broken.length > 0) problem(`${name} answers ${[...new Set(broken)].join(", ")}`)
    if (now.resident - before.resident > mostMemory)
      problem(`${name} has ${(now.resident - before.resident).toFixed(0)} MiB more than before`)
    if (percentile(during, 99) - quiet > longestHealth || during.failed > 0)
      problem(
        `health of ${name}: ${percentiles(during)} ms, ${during.failed} failed (idle beside: p99 ${quiet.toFixed(0)})`,
      )
    for (const { kind, clients, ended } of seen.slow[name]!)
      if (ended < clients) problem(`${name} never ends ${clients - ended} of ${clients} slow clients: ${kind}`)
    return [
      name,
      String(requests / services.length),
      Object.entries(statuses)
        .map(([status, count]) => `${count} × ${status}`)
        .join(", "),
      `${before.resident.toFixed(0)} to ${now.resident.toFixed(0)} MiB`,
      `${(now.seconds - before.seconds).toFixed(1)} s`,
      percentiles(healthOf(name, "before")),
      percentiles(during),
      percentile(during, 100).toFixed(0),
    ]
  })
  const besides = ["before", "during"].map((phase) => percentiles(healthOf(idle, phase)))
  rows.push([idle, "0", "", "", "", ...besides, percentile(healthOf(idle, "during"), 100).toFixed(0)])
  const kinds = seen.slow[services[0]!.name]!.map(({ kind }, index) => {
    const all = services.map(({ name }) => seen.slow[name]![index]!)
    const [clients, ended] = (["clients", "ended"] as const).map((key) => all.reduce((sum, one) => sum + one[key], 0))
    return [kind, String(clients), String(ended), `${Math.max(...all.map(({ seconds }) => seconds)).toFixed(1)} s`]
  })
  return [
    "health in ms: p50/p95/p99",
    table(["hostile", "requests", "answers", "resident", "processor", "health before", "during", "longest"], rows),
    `the generator took ${seen.seconds.toFixed(1)} s of the processor; load ${loadavg()[0]!.toFixed(1)}`,
    table(["slow client", "clients", "ended by the service", "after at most"], kinds),
  ].join("\n\n")
}

/** Where a body is read, and parameters are. */
const samplePath = (name: string, path: string): string =>
  ({
    auth: `${path}/login`,
    catalog: `${path}/entries`,
    installation: `${path}/entries`,
    proxy: `${path}/00000000-0000-4000-8000-000000000000/x`,
  })[name] ?? path

const environmentOf = async (pid: number): Promise<string[]> =>
  (await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")).split("\0").filter(Boolean)

/** The process that listens on a port: the last of those that have been told it (Linux). */
async function listener(port: number): Promise<number> {
  const members = await Promise.all(
    family(process.pid).map(async ({ pid }) => ((await environmentOf(pid)).includes(`PORT=${port}`) ? [pid] : [])),
  )
  return members.flat().at(-1)!
}

/** What a process has resident, in MiB, and how many seconds of the processor it has taken (Linux). */
async function use(pid: number): Promise<{ resident: number; seconds: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8")
  const stat = readProcess(pid, "stat")
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
  return {
    resident: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024,
    seconds: (Number(user) + Number(system)) / 100,
  }
}

/** The same service again, as a process that only health is asked of. */
async function startBeside(pid: number): Promise<{ port: number; close(): void }> {
  const port = await freePort()
  const [program, ...parameters] = readProcess(pid, "cmdline").split("\0").filter(Boolean)
  const variables = (await environmentOf(pid)).map((line): [string, string] => {
    const [name] = line.split("=", 1)
    return [name!, line.slice(name!.length + 1)]
  })
  const child = spawn(program!, parameters, {
    cwd: await readlink(`/proc/${pid}/cwd`),
    env: { ...Object.fromEntries(variables), PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  })
  child.stderr.resume()
  await once(child.stderr, "data")
  return { port, close: () => void child.kill() }
}
