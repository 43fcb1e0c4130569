import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { failuresIn, skippedIn, type Smoke } from "../../delivery/smoke.ts"
import { silent, stage, version, versionsOf } from "./stage.ts"

const said = `F                                                                        [100%]
=================================== FAILURES ===================================
______________________________ test_people_see_it ______________________________
test_entries.py:16: in test_people_see_it
    assert listed.status_code == 200, f"/entries answers {listed.status_code}"
E   AssertionError: /entries answers 500
E   assert 500 == 200
=========================== short test summary info ============================
FAILED test_entries.py::test_people_see_it - AssertionError: /entries answers 500
1 failed in 0.20s
`

/** Smoke tests of one service that fail for some versions; what they are given is noted. */
function smokeOf(service: string, failing: string[]) {
  const given: Record<string, string>[] = []
  const smoke: Smoke = {
    reach: (url) => url,
    suites: async () => [{ service, files: { "test_entries.py": "…" } }],
    run: async (_, __, { variables }) => {
      given.push(variables)
      const failed = failing.includes(variables.SMOKE_VERSION!)
      return { exitCode: failed ? 1 : 0, stdout: failed ? said : "", stderr: "" }
    },
  }
  return { smoke, given }
}

test("what a test says is told: its name, and its error, without where it stands", () => {
  expect(failuresIn(said)).toEqual([
    "AssertionError: /entries answers 500",
    "assert 500 == 200",
    "test test_people_see_it",
  ])
  expect(failuresIn("nothing of pytest's")).toBeUndefined()
})

test("a test that was skipped is told with its reason", () => {
  const stdout = `s                                        [100%]
=========================== short test summary info ============================
SKIPPED [1] conftest.py:22: this address has made as many accounts as it may in an hour
1 skipped in 0.05s
`
  expect(skippedIn(stdout)).toEqual(["this address has made as many accounts as it may in an hour"])
  expect(skippedIn(said)).toEqual([])
})

test("a service that fails its smoke tests is put back, in the tests' words, and the former one passes them", async () => {
  const { target } = await stage()
  const { smoke, given } = smokeOf("catalog", ["bbb"])
  await deploy(target, { ...version("aaa"), smoke }, silent)
  const failed = deploy(target, { ...version("aaa", { catalog: "bbb" }), smoke }, silent)
  await expect(failed).rejects.toThrow(/^rolled-back: catalog fails its smoke tests; every service serves/)
  await expect(failed).rejects.toThrow("  AssertionError: /entries answers 500\n")
  await expect(failed).rejects.not.toThrow("too")
  expect(await versionsOf(target)).toMatchObject({ catalog: "aaa × 1" })
  const { publicUrl } = target.infrastructure
  expect(given).toEqual(["aaa", "bbb", "aaa"].map((one) => ({ SMOKE_URL: publicUrl, SMOKE_VERSION: one })))
})

test("smoke tests that fail with what ran before, too, are told apart", async () => {
  const { target } = await stage()
  const failing: string[] = []
  const { smoke } = smokeOf("catalog", failing)
  await deploy(target, { ...version("aaa"), smoke }, silent)
  failing.push("aaa", "bbb")
  await expect(deploy(target, { ...version("bbb"), smoke }, silent)).rejects.toThrow(
    "The smoke tests of catalog fail with what serves local now, too: it is not this change alone.",
  )
})
