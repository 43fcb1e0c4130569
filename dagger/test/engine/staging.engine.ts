import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { imagesOf } from "../../node/packages/images.ts"
import { account } from "../../local-cloud/ministack.ts"
import { openRepository } from "../../platform/repository.ts"
import { rowOf } from "../node/table.ts"
import { terraform } from "../infra/terraform.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { startStagingCloud, type StagingCloud } from "../staging/cloud.ts"
import { daggerWith, emulatorAddress } from "./dagger.ts"

const names = ["auth", "catalog", "installation", "proxy"]

const missing = terraform.missing ?? (emulatorAddress ? undefined : "CATHOUSE_EMULATOR is not set")

describe.skipIf(missing)(`staging in an emulated AWS${missing ? ` (skipped: ${missing})` : ""}`, () => {
  let cloud: StagingCloud

  beforeAll(async () => {
    const [host, port] = emulatorAddress!.split(":")
    // What the engine pushes is run from the same versions of this machine.
    const repository = await openRepository(repositoryRoot)
    const images = imagesOf(repositoryRoot)
    await Promise.all(repository.platform.services.map((service) => images.build(repositoryRoot, service)))
    cloud = await startStagingCloud({ host, port: Number(port), withProduction: true })
  }, 600_000)
  afterAll(() => cloud?.close())

  const call = (...args: string[]) => daggerWith(cloud.variables, "call", ...args, "--aws-endpoint", cloud.endpoint)

  test("a first deploy builds, pushes, migrates, rolls out, and deploys the site", async () => {
    const { stdout, exitCode } = await call("deploy", "--env", "staging")
    expect(exitCode).toBe(0)
    for (const name of names) expect(rowOf(stdout, name).slice(2, 5)).toEqual([`${name}:2`, "1 of 1", "healthy"])
    expect(stdout).toContain(`Deployment 1: ${cloud.infrastructure.site!.url}`)
  })

  test("the same again changes nothing, and says so", async () => {
    const { stdout, exitCode } = await call("deploy", "--env", "staging")
    expect(exitCode).toBe(0)
    expect(stdout).toContain("Nothing to deploy")
  })

  test("publish finds the images that are there, and tags them", async () => {
    const { stdout, exitCode } = await call("publish", "--tag", "rc.1")
    expect(exitCode).toBe(0)
    for (const name of names) {
      const [, tags, , pushed] = rowOf(stdout, `cat-house/${name}`)
      expect(tags).toMatch(/ rc\.1$/)
      expect(pushed).toBe("was there")
    }
  })

  test("verify finds all as it should be, and rollback-verify leaves it so", async () => {
    expect((await call("verify", "--env", "staging")).exitCode).toBe(0)
    const { stdout, exitCode } = await call("rollback-verify", "--env", "staging")
    expect(exitCode).toBe(0)
    expect(rowOf(stdout, "crash")[1]).toBe("the breaker, at 3 of 3")
  })

  test("a rollback undoes a deployment, and status and history tell of both", async () => {
    const former = cloud.variables.STAGING_JWT_SECRET!
    cloud.variables.STAGING_JWT_SECRET = "another secret that signs the tokens of staging"
    expect((await call("deploy", "--env", "staging")).stdout).toContain("Deployment 2: ")
    const { stdout, exitCode } = await call("rollback", "--env", "staging")
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("It runs what deployment 1 ran.")])
    cloud.variables.STAGING_JWT_SECRET = former
    const { stdout: status } = await call("status", "--env", "staging")
    expect(rowOf(status, "auth").slice(2, 4)).toEqual(["1 of 1", "3"])
    expect(rowOf(status, "catalog").slice(2, 4)).toEqual(["1 of 1", "3"])
    const { stdout: history } = await call("history", "--env", "staging")
    expect(["3", "2", "1"].map((number) => rowOf(history, number)[2])).toEqual(["rollback to 1", "deploy", "deploy"])
    expect(rowOf(history, "2")[3]).toMatch(/JWT_SECRET$/)
  })

  test("production runs what staging ran, once its plan is approved", async () => {
    const production = {
      ...cloud.variables,
      PRODUCTION_DATABASE_URL: cloud.variables.STAGING_DATABASE_URL!,
      PRODUCTION_JWT_SECRET: "another-secret-of-the-tests-that-signs-tokens",
      PRODUCTION_ENCRYPTION_KEY: cloud.variables.STAGING_ENCRYPTION_KEY!,
    }
    const as = (name: string, ...args: string[]) =>
      daggerWith(
        { ...production, AWS_ROLE_ARN: `arn:aws:iam::${account}:role/cat-house-production-${name}` },
        ...["call", ...args, "--env", "production", "--aws-endpoint", cloud.endpoint],
      )
    const planned = await as("planner", "plan", "--version", "staging-1")
    expect(planned.exitCode, planned.stderr).toBe(0)
    const [, id] = / --approve ([0-9a-f-]+)/.exec(planned.stdout) ?? []
    const unapproved = await as("deployer", "deploy", "--version", "staging-1")
    expect([unapproved.exitCode === 0, unapproved.stderr]).toEqual([false, expect.stringContaining("approved plan")])
    const deployed = await as("deployer", "deploy", "--version", "staging-1", "--approve", id!)
    expect(deployed.exitCode, deployed.stderr).toBe(0)
    expect(rowOf((await as("planner", "status")).stdout, "catalog").slice(2, 4)).toEqual(["2 of 2", "1"])
    const { stdout: history } = await as("planner", "history")
    expect(rowOf(history, "1")[2]).toBe(`deploy of staging-1 by plan ${id}`)
    const back = await as("deployer", "rollback")
    expect([back.exitCode === 0, back.stderr]).toEqual([
      false,
      expect.stringContaining("there is no deployment before 1."),
    ])
  }, 1_200_000)

  test("a malformed secret is refused without its value", async () => {
    const variables = { ...cloud.variables, STAGING_JWT_SECRET: "too-short-a-secret" }
    const args = ["call", "deploy", "--env", "staging", "--aws-endpoint", cloud.endpoint]
    const { stdout, stderr, exitCode } = await daggerWith(variables, ...args)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain("STAGING_JWT_SECRET is shorter than 32 bytes")
    expect(stdout + stderr).not.toContain("too-short-a-secret")
  })
})
