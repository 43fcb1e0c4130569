import { expect } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { verifyService } from "../../delivery/ecs/health.ts"
import { readRunning } from "../../delivery/ecs/services.ts"
import { currentLock } from "../../delivery/lock/lock.ts"
import { listDeployments, readHistory } from "../../delivery/records/record.ts"
import { status } from "../../delivery/status.ts"
import type { Target } from "../../delivery/target.ts"
import type { Artifacts } from "../../delivery/artifacts.ts"
import { Failure } from "../../platform/failure.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import type { Progress } from "../../platform/progress.ts"
import { manifest } from "../platform/manifests.ts"
import { silent, stage, version, versionsOf } from "../delivery/stage.ts"
import { other, startDeployer } from "./deployer.ts"
import { behaviours, names, type Schedule } from "./schedule.ts"
import { addSite, type FaultySite } from "./site.ts"

/** Of the services, and of the website */
type Versions = Record<string, string>

/** A deploy of a platform that serves, under a schedule's conditions, and how it has to end; then another one without. */
export async function follow(schedule: Schedule): Promise<void> {
  const { changed, changesSite, becomes, rotates, strategy, bakeSeconds } = schedule
  const parsed = parsePlatform(manifest())
  const environments = parsed.environments.map((one) => ({ ...one, strategy, bakeSeconds }))
  const { target: staged, endpoint } = await stage(behaviours, {
    platform: { ...parsed, environments, site: frontend },
  })
  staged.pollSeconds = 2
  const site = await addSite(staged)
  const { target } = site
  await deploy(target, { ...version("first"), site: site.release("first") }, silent)
  const before: Versions = { ...(await versionsOf(target)), site: "first" }
  const changes = changed.map((name) => [name, `${becomes} × 1`])
  const release = changesSite ? "second" : "first"
  const after: Versions = { ...before, ...(Object.fromEntries(changes) as Versions), site: release }

  const deployer = await startDeployer(target, endpoint, schedule)
  const lines: string[] = []
  const artifacts: Artifacts = {
    ...version("first", Object.fromEntries(changed.map((name) => [name, becomes]))),
    site: site.release(release),
    secrets: rotates ? { ENCRYPTION_KEY: `${"new".padEnd(43, "-")}=` } : {},
  }
  const ended: unknown = await Promise.race([
    deploy(deployer.target, artifacts, writingTo(lines)).then(
      () => "succeeded",
      (error: unknown) => error,
    ),
    deployer.killed,
  ])
  const happened = deployer.happened.join("; ")
  const told = `${ended instanceof Error ? ended.message : String(ended)}\nhappened: ${happened || "nothing"}, clock ${schedule.skewSeconds} s fast`

  if (ended === "succeeded") {
    expect(becomes, told).toBe("good")
    await expectServing(site, after, told)
    expect(await listDeployments(target), told).toEqual([2, 1])
  } else if (ended !== "killed") {
    expect(ended, told).toBeInstanceOf(Failure)
    if (happened === "") expect(becomes, told).not.toBe("good")
    await expectAsTold(site, ended as Failure, { before, after, happened, told })
    if (!lines.some((line) => line.includes("keeps a version that nothing runs")) && !/expired|locked/.test(happened))
      await expectNoSecretLeft(target, told)
  }
  await expectLockGivenBackOrExpiring(target, { happened, told })
  await expectNextToSucceed(site, told)
}

const frontend = { folder: "frontend", build: [], output: "dist", keepReleases: 5 }

/** The previous versions serve, or where its means were taken from the deploy, each service runs one or the other, and that is told. */
async function expectAsTold(
  site: FaultySite,
  { outcome, message }: Failure,
  { before, after, happened, told }: { before: Versions; after: Versions; happened: string; told: string },
): Promise<void> {
  if (outcome !== "rollback-failed") {
    expect(outcome, told).toMatch(/^(refused|rolled-back)$/)
    await expectServing(site, before, told)
    return
  }
  expect(happened, told).toMatch(/expired|locked/)
  expect(message, told).toMatch(/expired|by somebody-else/)
  expect([before.site, after.site], told).toContain(await site.served())
  for (const [name, version] of Object.entries(await versionsOf(site.target)))
    expect([before[name]!, after[name]!].map(withoutCount), told).toContain(withoutCount(version))
}

/** While tasks are replaced there may be more of them. */
const withoutCount = (version: string): string => version.replace(/ × \d+$/, "")

async function expectServing({ target, served }: FaultySite, versions: Versions, told: string): Promise<void> {
  expect({ ...(await versionsOf(target)), site: await served() }, told).toEqual(versions)
  for (const { service, revision } of await readRunning(target, target.platform.services)) {
    const { taskDefinition, version } = revision
    expect(await verifyService(target, service, { taskDefinition, version: version! }), told).toMatchObject({
      healthyTargets: 1,
    })
  }
}

async function expectLockGivenBackOrExpiring(
  target: Target,
  { happened, told }: { happened: string; told: string },
): Promise<void> {
  const lock = (await currentLock(target))?.value
  if (lock === undefined) return
  expect(happened, told).toMatch(/expired|killed|locked/)
  if (happened.includes("locked")) expect(lock.owner, told).toBe(other)
  const left = Date.parse(lock.expiresAt) - target.clock.now()
  // A clock that is fast promises to renew it later than others expect.
  expect(left, told).toBeLessThanOrEqual((target.platform.lock.seconds + 600) * 1000)
  if (left > 0) {
    const refused = deploy(target, version("last"), silent)
    await expect(refused, told).rejects.toThrow(`local is locked: ${lock.reason} by ${lock.owner},`)
    await target.clock.sleep(left)
  }
}

/** Whatever the deploy before has left behind. */
async function expectNextToSucceed(site: FaultySite, told: string): Promise<void> {
  const { target } = site
  await deploy(target, { ...version("last"), site: site.release("last") }, silent).catch((error: Error) =>
    expect.fail(`the next deploy: ${error.message}\n${told}`),
  )
  const services = Object.fromEntries(names.map((name) => [name, "last × 1"]))
  await expectServing(site, { ...services, site: "last" }, told)
  expect(await status(target), told).toMatchObject({ lock: undefined, unrecorded: [] })
  expect(await currentLock(target), told).toBeUndefined()
  expect((await listDeployments(target))[0], told).toBeGreaterThanOrEqual(2)
  await expectNoSecretLeft(target, told)
}

/** Each version of a secret that bears a deployment's label is one that a record knows, and the last record's is the current one. */
async function expectNoSecretLeft(target: Target, told: string): Promise<void> {
  const records = await readHistory(target, await listDeployments(target))
  const secrets = await target.aws.secrets()
  for (const [name, SecretId] of Object.entries(target.infrastructure.secrets)) {
    const recorded = records.map((record) => record.secrets[name])
    const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId })
    for (const [version, stages] of Object.entries(VersionIdsToStages)) {
      if (stages.some((stage) => stage.startsWith("deploy-"))) expect(recorded, `${name}\n${told}`).toContain(version)
      if (stages.includes("AWSCURRENT") && recorded[0]) expect(version, `${name}\n${told}`).toBe(recorded[0])
    }
  }
}

function writingTo(lines: string[]): Progress {
  const write = (subject: string, text: string) => void lines.push(`${subject}: ${text}`)
  return { status() {}, line: write, done: write, failed: write }
}
