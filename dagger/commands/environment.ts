import { connect } from "../aws/clients.ts"
import { readInfrastructure } from "../aws/infrastructure.ts"
import { findLocks } from "../delivery/migrations/locks.ts"
import { offline, parseMigrations } from "../delivery/migrations/plan-migrations.ts"
import { imageFinder, provenanceVerifier, imagePublisher } from "../delivery/registry/publish.ts"
import { openRemote } from "../delivery/remote.ts"
import { usedSecrets } from "../delivery/secrets/plan.ts"
import type { SecretValues } from "../delivery/secrets/values.ts"
import type { Smoke } from "../delivery/smoke.ts"
import type { Artifacts } from "../delivery/artifacts.ts"
import type { Target } from "../delivery/target.ts"
import { interruptible, systemClock } from "../platform/clock.ts"
import { localEnvironment, requireEnvironment } from "../platform/environments.ts"
import type { EnvironmentName } from "../platform/manifest.ts"
import { variableOf } from "../platform/schema/secret.ts"
import { readSmokeSuites } from "../platform/repository.ts"
import type { Progress } from "../platform/progress.ts"
import { accessTo, publishOptions } from "./access.ts"
import { localImages } from "./local-images.ts"
import type { Closable, LocalCloudOptions, OpenCloud, Runner } from "./runner.ts"

/** Where a command goes. */
export interface Destination {
  env: string
  /** Of an AWS emulator */
  awsEndpoint: string | undefined
}

/** An environment that is open, and what a deploy brings to it. */
export interface Environment extends Closable {
  target: Target
  artifacts(): Promise<Artifacts>
  smoke: Smoke
}

/** The local environment. */
export interface LocalEnvironment extends Environment {
  /** Where AWS's clients find it */
  endpoint: string
  /** `host:port` of an endpoint that catalogue entries may name; absent for one that was found */
  echo?: string
}

/** The local cloud takes any credentials, but AWS's clients do not call without some. */
const anyCredentials = { accessKeyId: "local", secretAccessKey: "local" }

/** Uses an environment; `start: false` refuses a local one that is not up. */
export async function withEnvironment<R>(
  runner: Runner,
  { env, awsEndpoint }: Destination,
  progress: Progress,
  use: (environment: Environment & { interrupted: Promise<void> }) => Promise<R>,
  localCloud: LocalCloudOptions = {},
): Promise<R> {
  const { platform } = await runner.repository()
  const { name, local } = requireEnvironment(platform, env)
  const opening = local ? openLocal(runner, localCloud, progress) : openInAws(runner, name, awsEndpoint)
  return runner.hold<Environment, R>(opening, ({ target, ...environment }, interrupted) =>
    use({ ...environment, interrupted, target: { ...target, clock: interruptible(target.clock, interrupted) } }),
  )
}

/** The environment on this machine, with what the working copy makes. */
export async function openLocal(
  runner: Runner,
  options: LocalCloudOptions,
  progress: Progress,
): Promise<LocalEnvironment> {
  const cloud = await runner.openLocalCloud(options, progress)
  try {
    const { target, ...others } = await inLocalCloud(runner, cloud)
    return { ...cloud, ...others, target: { ...target, ephemeral: cloud.own } }
  } catch (error) {
    await cloud.close()
    throw error
  }
}

/** The environment in a local cloud, which is reached as AWS is. */
export async function inLocalCloud(
  runner: Runner,
  { endpoint }: Pick<OpenCloud, "endpoint">,
): Promise<Pick<Environment, "target" | "artifacts" | "smoke">> {
  const { platform } = await runner.repository()
  const aws = connect({ region: platform.region, endpoint, credentials: anyCredentials })
  const environment = localEnvironment(platform).name
  const infrastructure = await readInfrastructure(aws, platform, environment)
  const smoke = smokeOf(runner)
  return {
    target: { environment, platform, infrastructure, aws, clock: systemClock, pollSeconds: 0.5 },
    smoke,
    artifacts: async () => ({
      ...localImages(runner, infrastructure.registry),
      site: runner.exportSite,
      migrations: () => readMigrations(runner),
      locks: (pending) => findLocks(runner.tool, pending),
      smoke,
      secrets: {},
      // On this machine nobody has to be told, so that git may as well not answer.
      commit: await runner.commit().catch(() => undefined),
    }),
  }
}

/** An environment in AWS, or in an emulator at an endpoint. */
async function openInAws(runner: Runner, environment: EnvironmentName, endpoint?: string): Promise<Environment> {
  const { platform } = await runner.repository()
  const target = await openRemote(platform, environment, await accessTo(runner, endpoint))
  const smoke = smokeOf(runner)
  const artifacts = async (): Promise<Artifacts> => {
    const options = await publishOptions(runner, endpoint)
    return {
      versions: imageFinder(target, options),
      images: imagePublisher(target, options),
      verifyProvenance: provenanceVerifier(target, options),
      site: runner.exportSite,
      migrations: () => readMigrations(runner),
      locks: (pending) => findLocks(runner.tool, pending),
      smoke,
      secrets: await readSecretValues(runner, environment),
      commit: options.commit,
      isAncestor: runner.isAncestor,
    }
  }
  return { target, artifacts, smoke, own: false, close: async () => {} }
}

/** The working copy's smoke tests. */
const smokeOf = (runner: Runner): Smoke => ({
  suites: async () => readSmokeSuites(await runner.repository()),
  run: runner.tool,
  reach: runner.reach,
})

/** The working copy's migrations as SQL. No database is asked. */
async function readMigrations(runner: Runner) {
  const { migration } = (await runner.repository()).platform
  if (!migration) return []
  return parseMigrations(await runner.runInImage(migration.service, offline(migration.command)))
}

/** The values of an environment's secrets that the caller has set. */
async function readSecretValues(runner: Runner, environment: EnvironmentName): Promise<SecretValues> {
  const { platform } = await runner.repository()
  const variables = new Map(usedSecrets(platform).map((name) => [name, variableOf(platform, environment, name)]))
  const values = await runner.variables([...variables.values()])
  return Object.fromEntries([...variables].map(([name, variable]) => [name, values[variable]]))
}
