import { describe, expect, test } from "vitest"
import { breakages } from "../../delivery/rollback-verify/breakage.ts"
import { checksOf } from "../../quality/lint/checks.ts"
import { openRepository } from "../../platform/repository.ts"
import { short, versionOf } from "../../platform/version.ts"
import { noticedAs } from "../noticed-as.ts"
import { rowOf } from "../node/table.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { dagger } from "./dagger.ts"

const names = ["auth", "catalog", "installation", "proxy"]

const looks = ["history", "plan", "status", "verify"]
const deliveries = [
  "init",
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

  test("dagger check finds the checks, in groups", async () => {
    const { stdout } = await dagger("check", "-l")
    const groups = new Set(checksOf([]).map(({ group }) => group))
    for (const name of groups) expect(stdout).toMatch(new RegExp(`^cat-house:checks:${name} `, "m"))
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
    for (const service of platform.services) {
      expect(stdout).toContain(short(await versionOf(repositoryRoot, service)))
    }
  })

  test("deploy runs the built images, and shows what it does in plain Node", async () => {
    const { stdout, exitCode } = await dagger("call", "deploy", "--env", "local")
    expect(exitCode).toBe(0)
    for (const name of names) expect(rowOf(stdout, name).slice(2, 5)).toEqual([`${name}:2`, "1 of 1", "healthy"])
    expect(stdout).toMatch(/The site serves release [0-9a-f]{12}: \d+ files uploaded/)
  })

  test("rollback-verify holds for every breakage", async () => {
    const { stdout, exitCode } = await dagger("call", "rollback-verify", "--env", "local")
    expect(exitCode).toBe(0)
    for (const breakage of breakages) {
      const [, noticed, , , , , failed] = rowOf(stdout, breakage)
      expect(noticed).toMatch(noticedAs[breakage])
      expect(failed).toBe("0")
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
