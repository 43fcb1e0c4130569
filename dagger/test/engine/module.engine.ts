import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { breakages } from "../../src/delivery/breakage.ts"
import { buildOf } from "../../src/local/machine.ts"
import { checkNames } from "../../src/lint/names.ts"
import { openRepository } from "../../src/platform/repository.ts"
import type { Report } from "../../src/report/report.ts"
import { short, versionOf } from "../../src/platform/version.ts"
import { rowOf } from "../cli/table.ts"
import { terraform } from "../infra/terraform.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { startStagingCloud, type StagingCloud } from "../staging/cloud.ts"
import { dagger, daggerWith, emulatorAddress } from "./dagger.ts"

const silent: Report = { status() {}, line() {}, done() {}, failed() {} }

const names = ["auth", "catalog", "installation", "proxy"]

const looks = ["history", "plan", "status", "verify"]
const deliveries = [
  "build",
  "deploy",
  "deploy-site",
  "migrate",
  "publish",
  "rollback",
  "rollback-verify",
  "unlock",
  "up",
]

describe("with a Dagger engine", () => {
  test("the module's functions are those of the command", async () => {
    const { stdout } = await dagger("functions")
    for (const name of [...deliveries, ...looks]) expect(stdout).toMatch(new RegExp(`^${name} `, "m"))
    for (const name of ["lint", "format", "checks", "test"]) expect(stdout).toMatch(new RegExp(`^${name} `, "m"))
  })

  test("dagger check finds every check", async () => {
    const { stdout } = await dagger("check", "-l")
    for (const name of checkNames) expect(stdout).toMatch(new RegExp(`^cat-house:checks:${name} `, "m"))
  })

  test("lint runs checks side by side", async () => {
    const { stdout, exitCode } = await dagger("call", "lint", "--check", "hadolint,shellcheck,actionlint,zizmor")
    expect(exitCode).toBe(0)
    expect(stdout.trim().split("\n")).toEqual(
      ["hadolint", "shellcheck", "actionlint", "zizmor"].map((name) => `${name}: clean`),
    )
  })

  test("build gives the versions that plain Node computes", async () => {
    const { stdout } = await dagger("call", "build")
    const { platform } = await openRepository(repositoryRoot)
    for (const { name } of platform.services) {
      expect(stdout).toContain(short(await versionOf(`${repositoryRoot}/services`, name)))
    }
  })

  test("deploy runs the built images, and shows what it does in plain Node", async () => {
    const { stdout, exitCode } = await dagger("call", "deploy", "--env", "local")
    expect(exitCode).toBe(0)
    for (const name of names) expect(rowOf(stdout, name).slice(2, 5)).toEqual([`local-${name}:2`, "1 of 1", "healthy"])
    expect(stdout).toMatch(/The site serves release [0-9a-f]{12}: \d+ files uploaded/)
  })

  test("rollback-verify holds for every breakage", async () => {
    const { stdout, exitCode } = await dagger("call", "rollback-verify", "--env", "local")
    expect(exitCode).toBe(0)
    for (const breakage of breakages) {
      const [, fired, , , , , failed] = rowOf(stdout, breakage)
      expect([fired, failed]).toEqual(["fired at 3 of 3", "0"])
    }
  })

  test.each([
    [["deploy", "--env", "moon"], /moon/],
    [["build", "--service", "cats"], /refused: unknown service "cats"/],
    [["rollback-verify", "--env", "production"], /refused: rollback-verify breaks a service on purpose/],
    [["deploy", "--env", "staging"], /refused: AWS_ACCESS_KEY_ID is not set/],
  ])("%s is refused", async (args, words) => {
    const { exitCode, stderr } = await dagger("call", ...args)
    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch(words)
  })
})

const missing = terraform.missing ?? (emulatorAddress ? undefined : "CATHOUSE_EMULATOR is not set")

describe.skipIf(missing)(`staging in an emulated AWS${missing ? ` (skipped: ${missing})` : ""}`, () => {
  let cloud: StagingCloud

  beforeAll(async () => {
    const [host, port] = emulatorAddress!.split(":")
    // What the engine pushes is run from the same versions of this machine.
    const repository = await openRepository(repositoryRoot)
    await buildOf(repository)(repository.platform.services, silent)
    cloud = await startStagingCloud({ host, port: Number(port) })
  }, 600_000)
  afterAll(() => cloud?.close())

  const call = (...args: string[]) => daggerWith(cloud.variables, "call", ...args, "--aws-endpoint", cloud.endpoint)

  test("a first deploy builds, pushes, migrates, rolls out, and deploys the site", async () => {
    const { stdout, exitCode } = await call("deploy", "--env", "staging")
    expect(exitCode).toBe(0)
    for (const name of names)
      expect(rowOf(stdout, name).slice(2, 5)).toEqual([`staging-${name}:2`, "1 of 1", "healthy"])
    expect(stdout).toContain(`Deployment 1: ${cloud.infrastructure.site!.url}`)
  })

  test("the same again changes nothing, and says so", async () => {
    const { stdout, exitCode } = await call("deploy", "--env", "staging")
    expect(exitCode).toBe(0)
    expect(stdout).toContain("Nothing had to be deployed")
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
    expect(rowOf(stdout, "crash")[1]).toBe("fired at 3 of 3")
  })

  test("a malformed secret is refused without its value", async () => {
    const variables = { ...cloud.variables, STAGING_JWT_SECRET: "too-short-a-secret" }
    const args = ["call", "deploy", "--env", "staging", "--aws-endpoint", cloud.endpoint]
    const { stdout, stderr, exitCode } = await daggerWith(variables, ...args)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain("STAGING_JWT_SECRET is shorter than 32 bytes")
    expect(stdout + stderr).not.toContain("too-short-a-secret")
  })
})
