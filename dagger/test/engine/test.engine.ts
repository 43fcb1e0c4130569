import { appendFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { rowOf } from "../node/table.ts"
import { neonWithTls } from "../quality/neon/neon-stage.ts"
import type { NeonServer } from "../quality/neon/neon-server.ts"
import { copyPlatform } from "../platform-copy.ts"
import { dagger, daggerWith, emulatorAddress } from "./dagger.ts"

describe("on PostgreSQL beside the tests", () => {
  let root: string
  beforeAll(async () => void (root = await copyPlatform()))
  afterAll(() => rm(root, { recursive: true }))

  /** JUnit tells when a suite ran. */
  async function junitOf(suite: string): Promise<string> {
    const tests = ["--source", root, "test-reports", "--service", suite, "--database", "postgres"]
    const { stdout, stderr, exitCode } = await dagger(
      "call",
      ...tests,
      "file",
      "--path",
      `${suite}/junit.xml`,
      "contents",
    )
    expect(exitCode, stderr).toBe(0)
    return stdout
  }

  test("only the suite whose service was changed runs again", async () => {
    const [catalog, proxy] = [await junitOf("catalog"), await junitOf("proxy")]
    expect(catalog).toMatch(/timestamp=/)
    expect(await junitOf("catalog")).toBe(catalog)
    await appendFile(join(root, "services", "catalog", "app", "main.py"), "\n# touched\n")
    expect(await junitOf("proxy")).toBe(proxy)
    expect(await junitOf("catalog")).not.toBe(catalog)
  })

  test("a failing test is named first, and its report is kept", async () => {
    await appendFile(
      join(root, "services", "catalog", "tests", "test_entries.py"),
      "\ndef test_false() -> None:\n    assert False\n",
    )
    const options = ["--source", root]
    const { stderr, exitCode } = await dagger(
      "call",
      ...options,
      "test",
      "--service",
      "catalog",
      "--database",
      "postgres",
    )
    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch(/failed: .*\n.*test_false/)
  })
})

const skipped = emulatorAddress ? undefined : "CATHOUSE_EMULATOR is not set"

describe.skipIf(skipped)(
  `on a database that is reached from the engine${skipped ? ` (skipped: ${skipped})` : ""}`,
  () => {
    let neon: NeonServer
    beforeAll(async () => void (neon = await neonWithTls(emulatorAddress!.split(":")[0])))
    afterAll(() => neon?.close())

    test("a branch in Neon is made, used behind the pooler, and deleted", async () => {
      const access = { NEON_API_KEY: neon.apiKey, NEON_PROJECT: neon.project }
      const before = await neon.world.databases()
      const args = ["test", "--service", "catalog", "--neon-endpoint", neon.endpoint]
      const { stdout, stderr, exitCode } = await daggerWith(access, "call", ...args)
      expect(exitCode, stderr).toBe(0)
      expect(stdout).toContain("Database: a branch in Neon (NEON_API_KEY is set)")
      expect(rowOf(stdout, "catalog")[2]).toBe("0")
      expect(stdout + stderr).not.toContain(neon.apiKey)
      expect(neon.world.pooled.connections).toBeGreaterThan(10)
      expect(await neon.world.databases()).toEqual(before)
      expect(neon.drift).toEqual([])
    })

    test("a given database is left as it was found", async () => {
      const branch = neon.branches.find(({ name }) => name === "test")!
      const url = neon.world.uriOf(branch, "neondb", false)
      const before = await neon.world.query(branch, "neondb", "SELECT nspname FROM pg_namespace ORDER BY 1")
      const args = ["test", "--service", "catalog", "--database", "url"]
      const { stdout, stderr, exitCode } = await daggerWith({ NEON_TEST_DATABASE_URL: url }, "call", ...args)
      expect(exitCode, stderr).toBe(0)
      expect(rowOf(stdout, "catalog")[2]).toBe("0")
      expect(stdout + stderr).not.toContain(branch.password)
      expect(await neon.world.query(branch, "neondb", "SELECT nspname FROM pg_namespace ORDER BY 1")).toEqual(before)
    })
  },
)
