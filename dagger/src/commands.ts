import type { Breakage } from "./delivery/breakage.ts"
import { deploy as deployPlatform } from "./delivery/deploy.ts"
import { migrate as migratePlatform } from "./delivery/migrate.ts"
import { openRemote } from "./delivery/remote.ts"
import { refuseProduction, rollbackVerify as verifyRollback } from "./delivery/rollback-verify.ts"
import { buildOf, startMachine, useMachine, type LocalMachine } from "./local/machine.ts"
import { claim } from "./local/up-record.ts"
import type { EnvironmentName } from "./platform/manifest.ts"
import { openRepository, selectServices, type Repository } from "./platform/repository.ts"
import { plainProgress, terminalProgress, type Progress } from "./report/progress.ts"
import type { Report } from "./report/report.ts"
import { buildSummary, deploySummary, trialSummary } from "./report/summary.ts"

/** Code of a process that Ctrl-C ended: 128 + SIGINT. */
const interruptedExitCode = 130

export async function deploy(root: string, env: EnvironmentName): Promise<void> {
  const repository = await openRepository(root)
  const { deployed, own } = await withProgress((report) =>
    withMachine(repository, env, report, async ({ target, build, own }) => ({
      deployed: await deployPlatform(target, build, report),
      own,
    })),
  )
  console.log(`\n${deploySummary(deployed)}`)
  if (own) console.log("\nIt ran on a platform of its own, which is ended now. npm start keeps one up to deploy to.")
}

export async function migrate(root: string, env: EnvironmentName): Promise<void> {
  const repository = await openRepository(root)
  await withProgress((report) =>
    withMachine(repository, env, report, (machine) => migratePlatform(machine.target, machine.build, report)),
  )
}

export async function build(root: string, service?: string): Promise<void> {
  const repository = await openRepository(root)
  const services = selectServices(repository.platform, service)
  const images = await withProgress((report) => buildOf(repository)(services, report))
  console.log(`\n${buildSummary(images)}`)
}

export async function rollbackVerify(
  root: string,
  options: { env: EnvironmentName; service: string; breakage?: Breakage },
): Promise<void> {
  refuseProduction(options.env)
  const repository = await openRepository(root)
  const trials = await withProgress((report) =>
    withMachine(repository, options.env, report, ({ target, build }) => verifyRollback(target, build, options, report)),
  )
  console.log(`\n${trialSummary(trials)}`)
}

export async function up(root: string, options: { once?: boolean; port?: number }): Promise<void> {
  const repository = await openRepository(root)
  const { announce, release } = await claim(repository)
  await withProgress((progress) =>
    withInterrupt(startMachine(repository, progress, options), async (machine, interrupted) => {
      const { target, build } = machine
      const deployed = await deployPlatform(target, build, progress)
      progress.close()
      console.log(`\n${deploySummary(deployed)}\n`)
      const url = `${target.infrastructure.publicUrl}/api/v1/catalog/docs`
      if (options.once || !process.stdout.isTTY) {
        return console.log(`It served at ${url}, and is ended now (--once, or no terminal).`)
      }
      await announce(machine.endpoint)
      console.log(`It serves at ${url} until Ctrl-C.`)
      await interrupted
    }).finally(release),
  )
}

async function withMachine<T>(
  repository: Repository,
  env: EnvironmentName,
  report: Report,
  use: (machine: LocalMachine) => Promise<T>,
): Promise<T> {
  return withInterrupt(env === "local" ? useMachine(repository, report) : openRemote(repository.platform, env), use)
}

/** Uses a machine and closes it, however the use ends; on Ctrl-C, too, and then ends the process. */
async function withInterrupt<T>(
  opening: Promise<LocalMachine>,
  use: (machine: LocalMachine, interrupted: Promise<void>) => Promise<T>,
): Promise<T> {
  let signalled = 0
  const { promise: interrupted, resolve } = Promise.withResolvers<void>()
  const interrupt = () => {
    // Whoever asks twice does not want to wait; npm and the terminal may both hand on one Ctrl-C.
    if (signalled && Date.now() - signalled > 1000) process.exit(interruptedExitCode)
    signalled ||= Date.now()
    resolve()
  }
  const leaving = interrupted.then(async () => {
    console.error("\nstopping …")
    const machine = await opening.catch(() => undefined)
    if (machine && !machine.own) console.error("What ECS has begun to roll out goes on; deploy again to settle it.")
    await machine?.close()
    process.exit(interruptedExitCode)
  })
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  for (const signal of signals) process.on(signal, interrupt)
  try {
    const machine = await opening
    try {
      return await use(machine, interrupted)
    } finally {
      if (!signalled) await machine.close()
    }
  } finally {
    if (signalled) await leaving
    for (const signal of signals) process.off(signal, interrupt)
  }
}

/** Shows progress on a terminal in place, in a log as plain lines; on stderr, so that stdout holds the result alone. */
async function withProgress<T>(use: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = process.stderr.isTTY
    ? await terminalProgress()
    : { ...plainProgress((line) => console.error(line)), close() {} }
  try {
    return await use(progress)
  } finally {
    progress.close()
  }
}
