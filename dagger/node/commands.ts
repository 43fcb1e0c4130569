import { connect } from "../aws/clients.ts"
import type { Breakage } from "../delivery/rollback-verify/breakage.ts"
import { identify } from "../aws/caller.ts"
import { deploy as deployPlatform, type DeployOptions } from "../delivery/deploy.ts"
import { history as readPastDeployments } from "../delivery/records/history.ts"
import { unlock as removeLockOf } from "../delivery/lock/lock.ts"
import { migrate as migratePlatform } from "../delivery/migrate.ts"
import { plan as planDeployment } from "../delivery/plan/plan.ts"
import { chooseSources } from "../delivery/records/promotion.ts"
import { publish as publishImages, tagsOf } from "../delivery/registry/publish.ts"
import { requireHttpUrl } from "../delivery/remote.ts"
import { rollback as rollbackEnvironment } from "../delivery/rollback.ts"
import { refuseProduction, rollbackVerify as verifyRollback } from "../delivery/rollback-verify/rollback-verify.ts"
import { deploySiteAlone } from "../delivery/deploy-site.ts"
import { status as readStatus } from "../delivery/status.ts"
import { verify as verifyEnvironment } from "../delivery/verify.ts"
import { buildOf, startMachine, useMachine, type Machine, type StartOptions } from "./machine.ts"
import { accessFrom, openRemoteMachine, publishOptions } from "./remote.ts"
import { publishSample } from "../commands/sample.ts"
import { claim, endpointOfRunning } from "./up-record.ts"
import type { TestOptions } from "./test.ts"
import { refused } from "../platform/failure.ts"
import type { EnvironmentName } from "../platform/manifest.ts"
import { openRepository, selectServices, type Repository } from "../platform/repository.ts"
import type { Report } from "../platform/progress.ts"
import {
  buildSummary,
  deploySummary,
  placesToOpen,
  publishSummary,
  siteSummary,
  trialSummary,
  verificationSummary,
} from "../report/summary.ts"
import { planSummary } from "../report/plan-summary.ts"
import { historySummary, rollbackSummary, statusSummary, unlockSummary } from "../report/status-summary.ts"
import { withInterrupt, withProgress } from "./terminal.ts"

/** Where a command goes to; `awsEndpoint` is an emulator's, by default AWS_ENDPOINT_URL's. */
export interface Destination {
  env: EnvironmentName
  awsEndpoint?: string
}

/** `once` ends it as soon as it is deployed. */
export type UpOptions = StartOptions & { once?: boolean }

/** What is deployed, and what was agreed to. */
export interface DeployChoices extends DeployOptions {
  version?: string
}

export async function plan(root: string, options: Destination & { version?: string }): Promise<void> {
  const repository = await openRepository(root)
  const planned = await withProgress((report) =>
    withMachine(repository, options, report, async ({ target, sources }) =>
      planDeployment(target, await chooseSources(target, sources, options.version), report),
    ),
  )
  console.log(planSummary(planned, "npm run cathouse --"))
}

export async function deploy(root: string, options: Destination & DeployChoices): Promise<void> {
  const repository = await openRepository(root)
  const { deployed, own } = await withProgress((report) =>
    withMachine(repository, options, report, async ({ target, sources, own }) => {
      const chosen = await chooseSources(target, sources, options.version)
      return { deployed: await deployPlatform(target, chosen, report, options), own }
    }),
  )
  console.log(`\n${deploySummary(deployed)}`)
  if (own) console.log("\nIt ran on a platform of its own, which is ended now. npm start keeps one up to deploy to.")
}

export async function migrate(root: string, options: Destination & { allowDestructive?: boolean }): Promise<void> {
  const repository = await openRepository(root)
  await withProgress((report) =>
    withMachine(repository, options, report, ({ target, sources }) =>
      migratePlatform(target, sources, report, options),
    ),
  )
}

export async function deploySite(root: string, destination: Destination): Promise<void> {
  const repository = await openRepository(root)
  const site = await withProgress((report) =>
    withMachine(repository, destination, report, ({ target, sources }) => deploySiteAlone(target, sources, report)),
  )
  console.log(`\n${siteSummary(site)}`)
}

export async function verify(root: string, destination: Destination): Promise<void> {
  const repository = await openRepository(root)
  const verified = await withProgress((report) =>
    withMachine(repository, destination, report, ({ target }) => verifyEnvironment(target, report)),
  )
  console.log(`\n${verificationSummary(verified)}`)
}

export async function rollback(root: string, options: Destination & { to?: number }): Promise<void> {
  const rolledBack = await withRunning(root, options, ({ target }, report) =>
    rollbackEnvironment(target, options.to, report),
  )
  console.log(`\n${rollbackSummary(rolledBack)}`)
}

export async function status(root: string, destination: Destination): Promise<void> {
  console.log(statusSummary(await withRunning(root, destination, ({ target }) => readStatus(target))))
}

export async function history(root: string, options: Destination & { limit: number }): Promise<void> {
  console.log(
    historySummary(await withRunning(root, options, ({ target }) => readPastDeployments(target, options.limit))),
  )
}

export async function unlock(root: string, destination: Destination): Promise<void> {
  console.log(unlockSummary(await withRunning(root, destination, ({ target }) => removeLockOf(target))))
}

export async function build(root: string, service?: string): Promise<void> {
  const repository = await openRepository(root)
  const services = selectServices(repository.platform, service)
  const images = await withProgress((report) => buildOf(repository)(services, report))
  console.log(`\n${buildSummary(images)}`)
}

export async function publish(
  root: string,
  options: { service?: string; tag?: string; awsEndpoint?: string },
): Promise<void> {
  const repository = await openRepository(root)
  const { platform } = repository
  const services = selectServices(platform, options.service)
  tagsOf(options)
  const endpoint = endpointOf(options)
  const aws = connect({ region: platform.region, ...(await accessFrom(platform, endpoint)) })
  await identify(aws, endpoint)
  const from = { ...(await publishOptions(repository, endpoint)), tag: options.tag }
  const published = await withProgress((report) => publishImages(aws, platform, services, from, report))
  console.log(`\n${publishSummary(published)}`)
}

export async function rollbackVerify(
  root: string,
  options: Destination & { service: string; breakage?: Breakage },
): Promise<void> {
  refuseProduction(options.env)
  const repository = await openRepository(root)
  const trials = await withProgress((report) =>
    withMachine(repository, options, report, ({ target, sources }) => verifyRollback(target, sources, options, report)),
  )
  console.log(`\n${trialSummary(trials)}`)
}

export async function test(root: string, options: TestOptions): Promise<void> {
  const { openLocalTests, requirePassed } = await import("./test.ts")
  const repository = await openRepository(root)
  const ended = await withProgress((report) =>
    withInterrupt(openLocalTests(repository, options, report), (tests) => tests.run()),
  )
  requirePassed(repository, ended)
  console.log(`\n${ended.summary}`)
}

export async function branchesClean(root: string, options: { minutes: number; neonEndpoint?: string }): Promise<void> {
  const { cleanBranches } = await import("./branches-clean.ts")
  await openRepository(root)
  console.log(await withProgress((report) => cleanBranches(options, report)))
}

export async function coverage(root: string): Promise<void> {
  const { uploadCoverage } = await import("./coverage.ts")
  const repository = await openRepository(root)
  console.log(await withProgress((report) => uploadCoverage(repository, report)))
}

export async function lint(root: string, checks?: string[]): Promise<void> {
  const { lint } = await import("./lint.ts")
  const { toolchains } = await import("./packages/toolchains.ts")
  console.log(`\n${await withProgress((report) => lint(root, toolchains(root, report), report, checks))}`)
}

export async function format(root: string): Promise<void> {
  const { format } = await import("./lint.ts")
  const { toolchains } = await import("./packages/toolchains.ts")
  console.log(await withProgress((report) => format(root, toolchains(root, report))))
}

export async function up(root: string, options: UpOptions): Promise<void> {
  const repository = await openRepository(root)
  const { announce, release } = await claim(repository)
  await withProgress((progress) =>
    withInterrupt(startMachine(repository, progress, options), async (machine, interrupted) => {
      const { target, sources, echo } = machine
      const deployed = await deployPlatform(target, sources, progress)
      const account = await publishSample(target.infrastructure.publicUrl, echo, progress)
      progress.close()
      console.log(`\n${deploySummary(deployed)}\n`)
      const places = placesToOpen(target.infrastructure, account)
      if (options.once || !process.stdout.isTTY) {
        return console.log(`${places}\n\nIt is ended now (--once, or no terminal).`)
      }
      await announce(machine.endpoint)
      console.log(`${places}\n\nIt serves until Ctrl-C.`)
      await interrupted
    }).finally(release),
  )
}

/** Uses an environment that something may have been deployed to. Refuses a local one that is not up. */
async function withRunning<T>(
  root: string,
  destination: Destination,
  use: (machine: Machine, report: Report) => Promise<T>,
): Promise<T> {
  const repository = await openRepository(root)
  if (destination.env === "local" && !(await endpointOfRunning(repository))) {
    throw refused("no platform is up on this machine.", "Start one with npm start, or name --env staging.")
  }
  return withProgress((report) => withMachine(repository, destination, report, (machine) => use(machine, report)))
}

async function withMachine<T>(
  repository: Repository,
  destination: Destination,
  report: Report,
  use: (machine: Machine) => Promise<T>,
): Promise<T> {
  const { env } = destination
  const opening =
    env === "local" ? useMachine(repository, report) : openRemoteMachine(repository, env, endpointOf(destination))
  return withInterrupt<Machine, T>(opening, use)
}

/** An emulator's address. Refuses what is none. */
function endpointOf({ awsEndpoint }: { awsEndpoint?: string }): string | undefined {
  const endpoint = awsEndpoint || process.env.AWS_ENDPOINT_URL || undefined
  if (endpoint !== undefined) requireHttpUrl(endpoint)
  return endpoint
}
