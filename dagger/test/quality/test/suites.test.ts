import { expect, test } from "vitest"
import { codecovArguments, slugOf, uploadFailure } from "../../../quality/test/codecov.ts"
import { jestArguments, jestVariables } from "../../../quality/test/frontend.ts"
import { pytestArguments, selectSuites, suiteInputs, suitesIn } from "../../../quality/test/suites.ts"
import { refuseNothing, usedDatabase } from "../../../quality/test/run-tests.ts"
import { repositoryRoot } from "../../platform-copy.ts"

test("every folder of services/ with tests is a suite, and so is the frontend", async () => {
  const suites = ["auth", "catalog", "common", "frontend", "health-aggregator", "installation", "proxy"]
  expect(selectSuites(await suitesIn(repositoryRoot))).toEqual(suites)
})

test("an unknown service is refused with the known ones", () => {
  expect(() => selectSuites(["b", "a"], "cats")).toThrow(
    /^refused: unknown service "cats".\n {2}Expected one of: a, b, or backend\./,
  )
})

test("the backend is all but the frontend, where no service is called that", () => {
  expect(selectSuites(["b", "frontend", "a"], "backend")).toEqual(["a", "b"])
  expect(selectSuites(["a", "backend"], "backend")).toEqual(["backend"])
})

test("a suite depends on its own folder, on what is shared, and on the migrations, and on no other service", () => {
  expect(suiteInputs("catalog", "ledger")).toEqual([
    "catalog",
    "common",
    "ledger/alembic.ini",
    "ledger/migrations",
    "pyproject.toml",
    "uv.lock",
  ])
})

test.each([
  ["unit", ["-m", "not integration"]],
  ["integration", ["-m", "integration"]],
] as const)("%s picks tests by their marker", (kind, marked) => {
  const args = pytestArguments("catalog", kind, "/reports")
  expect(args.slice(args.indexOf("no:cacheprovider") + 1).slice(0, 2)).toEqual(marked)
})

test("all tests are picked by no marker", () => {
  expect(pytestArguments("catalog", "all", "/r").filter((arg) => arg === "-m")).toHaveLength(1)
})

test("the frontend's tests report where the others do", () => {
  expect(jestArguments("/r")).toContain("--coverageDirectory=/r")
  expect(jestVariables("/r")).toMatchObject({ JEST_JUNIT_OUTPUT_DIR: "/r" })
})

test.each([
  ["unit", ["auth", "frontend"], "none"],
  ["all", ["frontend"], "none"],
  ["all", ["auth", "frontend"], "PostgreSQL beside the tests"],
] as const)("%s tests of %s have the database: %s", (kind, suites, words) => {
  const database = { kind: "postgres", words: "PostgreSQL beside the tests" } as const
  expect(usedDatabase([...suites], kind, database)).toBe(words)
})

test("Codecov is told commit, branch, repository and flag, and no token", () => {
  const commit = { sha: "4f".repeat(20), branch: "main", changed: false, source: "https://github.com/cats/house.git" }
  const args = codecovArguments("catalog", "/r/coverage.xml", commit).join(" ")
  for (const part of [
    `--sha ${commit.sha}`,
    "--branch main",
    "--slug cats/house",
    "--flag catalog",
    "--file /r/coverage.xml",
  ])
    expect(args).toContain(part)
})

test.each([
  ["git@github.com:cats/house.git", "cats/house"],
  ["https://github.com/cats/house", "cats/house"],
  ["https://gitlab.com/cats/house", undefined],
  [undefined, undefined],
])("the repository of %s is %s", (source, slug) => expect(slugOf(source)).toBe(slug))

test("a failed upload does not show the token", () => {
  expect(uploadFailure("error: token s3cret is wrong\n", "s3cret")).toEqual(["error: token … is wrong"])
})

test("a service without tests of the kind that is asked for is refused, not passed", () => {
  const nothing = { suite: "catalog", passed: 0, skipped: 0, failures: [], seconds: 0 }
  const asked = { service: "catalog", suite: "unit" } as const
  expect(() => refuseNothing([nothing], asked)).toThrow(
    /^refused: catalog has no unit tests\.\n {2}All it has: test --service catalog\n/,
  )
  expect(() => refuseNothing([{ ...nothing, passed: 1 }], asked)).not.toThrow()
  expect(() => refuseNothing([nothing], { ...asked, service: undefined })).not.toThrow()
})
