import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { lastRevision } from "../../delivery/ecs/jobs.ts"
import { container, versionIn } from "../../delivery/ecs/task-definition.ts"
import { listDeployments, readRecord } from "../../delivery/records/record.ts"
import { rollback } from "../../delivery/rollback.ts"
import { runJob } from "../../delivery/run-job.ts"
import type { Target } from "../../delivery/target.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { seen } from "../docs/failure-table.ts"
import { manifest } from "../platform/manifests.ts"
import { intercept, stage, version, type Behaviour } from "./stage.ts"

const platformWith = (jobs: Record<string, Record<string, unknown>>) =>
  parsePlatform(manifest((platform) => void Object.assign(platform.jobs, jobs)))

const report = { service: "catalog", command: ["report", "--all"], memory: 1024, schedule: "rate(1 hour)" }

const onStage = (behaviours: Record<string, Behaviour> = {}) =>
  stage(behaviours, { platform: platformWith({ report }) })

const versionOf = async (target: Target) => versionIn(await lastRevision(target, "report"))

test("a job runs as its service does, with its own command and size", async () => {
  const { target, progress } = await onStage()
  await deploy(target, version("aaa"), progress)
  const definition = (await lastRevision(target, "report"))!
  expect(definition).toMatchObject({ family: "cat-house-local-report", cpu: "256", memory: "1024" })
  expect(container(definition)).toMatchObject({
    name: "report",
    image: "registry/cat-house/catalog@sha256:aaa",
    command: ["report", "--all"],
    secrets: [{ name: "DATABASE_URL" }],
  })
  expect(container(definition)?.portMappings ?? []).toEqual([])
})

test("a job follows its service, alone, and is left as it is where nothing changes", async () => {
  const { target, progress } = await onStage()
  await deploy(target, version("aaa"), progress)
  const first = (await lastRevision(target, "report"))!.taskDefinitionArn
  await deploy(target, version("aaa", { proxy: "bbb" }), progress)
  expect((await lastRevision(target, "report"))!.taskDefinitionArn).toBe(first)
  await deploy(target, version("aaa", { catalog: "bbb" }), progress)
  expect(await versionOf(target)).toBe("bbb")
  const { jobs } = await readRecord(target, (await listDeployments(target))[0]!)
  expect(jobs).toEqual([{ name: "report", taskDefinition: (await lastRevision(target, "report"))!.taskDefinitionArn }])
})

test("a job whose command alone changes is deployed, and recorded", async () => {
  const { target, progress } = await onStage()
  await deploy(target, version("aaa"), progress)
  target.platform.jobs[0]!.command = ["report", "--new"]
  const { number } = await deploy(target, version("aaa"), progress)
  expect(number).toBe(2)
  expect(container(await lastRevision(target, "report"))?.command).toEqual(["report", "--new"])
})

test("a rollback brings a job back as it was recorded, command and all", async () => {
  const { target, progress } = await onStage()
  await deploy(target, version("aaa"), progress)
  target.platform.jobs[0]!.command = ["report", "--new"]
  await deploy(target, version("bbb"), progress)
  await rollback(target, undefined, progress)
  expect(await versionOf(target)).toBe("aaa")
  expect(container(await lastRevision(target, "report"))?.command).toEqual(["report", "--all"])
})

test("a deploy that fails leaves a job as it was", async () => {
  const { target, progress } = await onStage({ broken: { exitsWith: 1 } })
  await deploy(target, version("aaa"), progress)
  await expect(deploy(target, version("broken"), progress)).rejects.toThrow(/^rolled-back: /)
  expect(await versionOf(target)).toBe("aaa")
})

test("a job that was updated is put back where the deploy cannot be recorded", async () => {
  const { target, progress } = await onStage()
  await deploy(target, version("aaa"), progress)
  await intercept(
    target,
    async (command, next, { Key }) => {
      if (command === "PutObject" && /^deployments\/0/.test(String(Key))) throw new Error("the bucket is full of cats")
      return next()
    },
    "s3",
  )
  await expect(deploy(target, version("bbb"), progress)).rejects.toThrow(/^rolled-back: /)
  expect(await versionOf(target)).toBe("aaa")
})

test("[jobs-fail] a job that ECS does not register puts the deploy back", async () => {
  const { target, progress } = await onStage()
  await deploy(target, version("aaa"), progress)
  await intercept(target, async (command, next, { family }) => {
    if (command === "RegisterTaskDefinition" && family === "cat-house-local-report") throw new Error("too many cats")
    return next()
  })
  const failure = await deploy(target, version("bbb"), progress).catch((error: Error) => error)
  expect(String((failure as Error).message)).toMatch(seen())
  expect(String((failure as Error).message)).toContain("too many cats")
})

test("a job is run to its end", async () => {
  const { target, progress, lines } = await onStage()
  await deploy(target, version("aaa"), progress)
  expect(await runJob(target, "report", progress)).toBe("aaa")
  expect(lines).toContain("report: running report --all")
  expect(lines.at(-1)).toBe("report: succeeded")
})

test.each([
  ["[job-fails] one that exits with 3", { migrationExitsWith: 3 } as const],
  ["[job-endless] one that comes to no end", { migrationExitsWith: "never" } as const],
])("%s fails the command", async (_, behaviour) => {
  const behaviours: Record<string, Behaviour> = {}
  const { target, progress } = await onStage(behaviours)
  await deploy(target, version("aaa"), progress)
  behaviours.aaa = behaviour
  const failure = await runJob(target, "report", progress).catch((error: Error) => error)
  expect(String((failure as Error).message)).toMatch(seen())
})

test.each([
  ["[job-unknown] one that is not there", "raport"],
  ["[job-unnamed] none", undefined],
  ["[job-migrates] the one that migrates", "migrate"],
  ["[job-not-deployed] one that has never been deployed", "report"],
])("%s is refused", async (_, name) => {
  const { target, progress } = await onStage()
  const failure = await runJob(target, name, progress).catch((error: Error) => error)
  expect(String((failure as Error).message)).toMatch(seen())
})

test("migrations of another tool are run, and are not read", async () => {
  const migrate = { service: "auth", command: ["npm", "run", "migrate"], before: "rollout" }
  const { target, progress, lines } = await stage({}, { platform: platformWith({ migrate }) })
  const unread = { ...version("aaa"), migrations: () => Promise.reject(new Error("nobody may read these")) }
  await deploy(target, unread, progress)
  expect(lines).toContain("migrate: running npm run migrate")
  expect((await readRecord(target, 1)).migration).toBeUndefined()
  await deploy(target, { ...unread, images: version("bbb").images, versions: version("bbb").versions }, progress)
  expect(lines.filter((line) => line === "migrate: migrated")).toHaveLength(2)
})

test("[migrate-unread-fails] of a failed migration of another tool nothing is said of the database but by its tool", async () => {
  const migrate = { service: "auth", command: ["npm", "run", "migrate"], before: "rollout" }
  const { target, progress } = await stage({ bbb: { migrationExitsWith: 1 } }, { platform: platformWith({ migrate }) })
  await deploy(target, version("aaa"), progress)
  const failure = await deploy(target, version("bbb"), progress).catch((error: Error) => error)
  expect(String((failure as Error).message)).toMatch(seen())
  expect(String((failure as Error).message)).not.toContain("alembic_version")
})
