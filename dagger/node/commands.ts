import { connect } from "../aws/clients.ts"
import type { Breakage } from "../delivery/rollback-verify/breakage.ts"
import { identify } from "../aws/caller.ts"
import { deploy as deployPlatform, type DeployOptions } from "../delivery/deploy.ts"
import { history as readPastDeployments } from "../delivery/records/history.ts"
import { unlock as removeLockOf } from "../delivery/lock/lock.ts"
import { migrate as migratePlatform } from "../delivery/migrate.ts"
import { plan as planDeployment } from "../delivery/plan/plan.ts"
import { chooseArtifacts } from "../delivery/records/promotion.ts"
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
import type { Progress } from "../platform/progress.ts"
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
  const planned = await withProgress((progress) =>
    withMachine(repository, options, progress, async ({ target, artifacts }) =>
      planDeployment(target, await chooseArtifacts(target, artifacts, options.version), progress),
    ),
  )
  console.log(planSummary(planned, "npm run cathouse --"))
}

export async function deploy(root: string, options: Destination & DeployChoices): Promise<void> {
  const repository = await openRepository(root)
  const { deployed, own } = await withProgress((progress) =>
    withMachine(repository, options, progress, async ({ target, artifacts, own }) => {
      const chosen = await chooseArtifacts(target, artifacts, options.version)
      return { deployed: await deployPlatform(target, chosen, progress, options), own }
    }),
  )
  console.log(`\n${deploySummary(deployed)}`)
  if (own) console.log("\nIt ran on a platform of its own, which is ended now. npm start keeps one up to deploy to.")
}

export async function migrate(root: string, options: Destination & { allowDestructive?: boolean }): Promise<void> {
  const repository = await openRepository(root)
  await withProgress((progress) =>
    withMachine(repository, options, progress, ({ target, artifacts }) =>
      migratePlatform(target, artifacts, progress, options),
    ),
  )
}

export async function deploySite(root: string, destination: Destination): Promise<void> {
  const repository = await openRepository(root)
  const site = await withProgress((progress) =>
    withMachine(repository, destination, progress, ({ target, artifacts }) =>
      deploySiteAlone(target, artifacts, progress),
    ),
  )
  console.log(`\n${siteSummary(site)}`)
}

export async function verify(root: string, destination: Destination): Promise<void> {
  const repository = await openRepository(root)
  const verified = await withProgress((progress) =>
    withMachine(repository, destination, progress, ({ target }) => verifyEnvironment(target, progress)),
  )
  console.log(`\n${verificationSummary(verified)}`)
}

export async function rollback(root: string, options: Destination & { to?: number }): Promise<void> {
  const rolledBack = await withRunning(root, options, ({ target }, progress) =>
    rollbackEnvironment(target, options.to, progress),
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
  const images = await withProgress((progress) => buildOf(repository)(services, progress))
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
  const published = await withProgress((progress) => publishImages(aws, platform, services, from, progress))
  console.log(`\n${publishSummary(published)}`)
}

export async function rollbackVerify(
  root: string,
  options: Destination & { service: string; breakage?: Breakage },
): Promise<void> {
  refuseProduction(options.env)
  const repository = await openRepository(root)
  const trials = await withProgress((progress) =>
    withMachine(repository, options, progress, ({ target, artifacts }) =>
      verifyRollback(target, artifacts, options, progress),
    ),
  )
  console.log(`\n${trialSummary(trials)}`)
}

export async function test(root: string, options: TestOptions): Promise<void> {
  const { openLocalTests, requirePassed } = await import("./test.ts")
  const repository = await openRepository(root)
  const ended = await withProgress((progress) =>
    withInterrupt(openLocalTests(repository, options, progress), (tests) => tests.run()),
  )
  requirePassed(repository, ended)
  console.log(`\n${ended.summary}`)
}

export async function branchesClean(root: string, options: { minutes: number; neonEndpoint?: string }): Promise<void> {
  const { cleanBranches } = await import("./branches-clean.ts")
  await openRepository(root)
  console.log(await withProgress((progress) => cleanBranches(options, progress)))
}

export async function coverage(root: string): Promise<void> {
  const { uploadCoverage } = await import("./coverage.ts")
  const repository = await openRepository(root)
  console.log(await withProgress((progress) => uploadCoverage(repository, progress)))
}

export async function lint(root: string, checks?: string[]): Promise<void> {
  const { lint } = await import("./lint.ts")
  const { toolchains } = await import("./packages/toolchains.ts")
  console.log(`\n${await withProgress((progress) => lint(root, toolchains(root, progress), progress, checks))}`)
}

export async function format(root: string): Promise<void> {
  const { format } = await import("./lint.ts")
  const { toolchains } = await import("./packages/toolchains.ts")
  console.log(await withProgress((progress) => format(root, toolchains(root, progress))))
}

export async function up(root: string, options: UpOptions): Promise<void> {
  const repository = await openRepository(root)
  const { announce, release } = await claim(repository)
  await withProgress((progress) =>
    withInterrupt(startMachine(repository, progress, options), async (machine, interrupted) => {
      const { target, artifacts, echo } = machine
      const deployed = await deployPlatform(target, artifacts, progress)
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
  use: (machine: Machine, progress: Progress) => Promise<T>,
): Promise<T> {
  const repository = await openRepository(root)
  if (destination.env === "local" && !(await endpointOfRunning(repository))) {
    throw refused("no platform is up on this machine.", "Start one with npm start, or name --env staging.")
  }
  return withProgress((progress) => withMachine(repository, destination, progress, (machine) => use(machine, progress)))
}

async function withMachine<T>(
  repository: Repository,
  destination: Destination,
  progress: Progress,
  use: (machine: Machine) => Promise<T>,
): Promise<T> {
  const { env } = destination
  const opening =
    env === "local" ? useMachine(repository, progress) : openRemoteMachine(repository, env, endpointOf(destination))
  return withInterrupt<Machine, T>(opening, use)
}

/** An emulator's address. Refuses what is none. */
function endpointOf({ awsEndpoint }: { awsEndpoint?: string }): string | undefined {
  const endpoint = awsEndpoint || process.env.AWS_ENDPOINT_URL || undefined
  if (endpoint !== undefined) requireHttpUrl(endpoint)
  return endpoint
}
