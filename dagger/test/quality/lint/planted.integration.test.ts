import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Toolchain } from "../../../quality/lint/check.ts"
import { checksOf, selectChecks } from "../../../quality/lint/checks.ts"
import { format, runCheck, type CheckRunner } from "../../../quality/lint/run-checks.ts"
import { toolRunner } from "../../../node/checks.ts"
import { nodeRunner } from "../../../node/runner.ts"
import { toolchains, type Installed } from "../../../node/packages/toolchains.ts"
import { messageOf } from "../../../platform/failure.ts"
import { terraform } from "../../infra/terraform.ts"
import { repositoryRoot } from "../../platform-copy.ts"

const silent = { status() {}, line() {}, done() {}, failed() {}, close() {} }
const tools = toolchains(repositoryRoot, silent)

/** Checks a working copy with the packages that are installed in the repository. */
const runnerIn = (root: string, installed: Installed = tools): CheckRunner => ({
  ...nodeRunner(root, silent),
  runTool: toolRunner(root, silent, installed),
})
let copy = ""

/** A copy of what is checked, without what makes a check take long; its packages are the repository's. */
beforeAll(async () => {
  const needed: Toolchain[] = ["services", "linters", "frontend"]
  for (const toolchain of needed) await tools(toolchain)
  copy = await mkdtemp(join(tmpdir(), "cat-house-lint-"))
  const left = [".git", ".cathouse", "node_modules", "reports", "sdk", "dist", "bench", ".venv", ".terraform"]
  const filter = (path: string) => !left.includes(basename(path)) && path !== join(repositoryRoot, "dagger/test")
  await cp(repositoryRoot, copy, { recursive: true, filter })
  for (const folder of [".", "dagger", "frontend"]) {
    await symlink(join(repositoryRoot, folder, "node_modules"), join(copy, folder, "node_modules"))
  }
})
afterAll(() => rm(copy, { recursive: true, force: true }))

const noTerraform = await tools("terraform").then(() => undefined, messageOf)
/** Why a check cannot run on this machine */
const missing: Record<string, string | undefined> = {
  "terraform-fmt": noTerraform,
  "terraform-validate": terraform.missing,
}

/** The check's own words on one service of a working copy; nothing where it is clean. */
async function said(root: string, name: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const installed: Installed = async (toolchain) => ({ ...(await tools(toolchain)), ...environment })
  const [check] = selectChecks(checksOf(["catalog"]), [name])
  return runCheck(runnerIn(root, installed), check!).then(() => "", messageOf)
}

const append = (text: string) => (before: string) => `${before}\n${text}\n`
const replace = (from: RegExp, to: string) => (before: string) => before.replace(from, to)

/** Changes a file of the copy while something is done, and puts it back. */
async function planted<T>(path: string, change: (text: string) => string, use: () => Promise<T>): Promise<T> {
  const before = await readFile(join(copy, path), "utf8")
  const after = change(before)
  if (after === before) throw new Error(`nothing to change in ${path}`)
  await writeFile(join(copy, path), after)
  return use().finally(() => writeFile(join(copy, path), before))
}

/** A file, what is done to it, and what is said of it */
type Mistake = [path: string, change: (text: string) => string, words: RegExp]

const typeMistake = append('export const a: number = "1"')

const mistakes: [string, ...Mistake[]][] = [
  ["black", ["services/catalog/app/settings.py", append("answer   = 42"), /would reformat .*settings\.py/]],
  ["pylint", ["services/catalog/app/settings.py", append("import os"), /settings\.py:\d+: .*\(unused-import\)/]],
  ["mypy", ["services/catalog/app/settings.py", append('answer: int = "42"'), /settings\.py:\d+: error: Incompatible/]],
  [
    "squawk",
    [
      "services/auth/migrations/versions/0002_display_names_and_tags.py",
      replace(/def upgrade\(\) -> None:\n/, 'def upgrade() -> None:\n    op.create_index("x", "users", ["email"])\n'),
      /require-concurrent-index-creation/,
    ],
  ],
  [
    "eslint",
    ["dagger/platform/failure.ts", append("void (async () => { fetch('') })()"), /failure\.ts[^]*no-floating-promises/],
    ["frontend/src/config.ts", append("if (1 > 0) useState(0)"), /frontend: .*config\.ts[^]*rules-of-hooks/],
  ],
  ["prettier", ["dagger/platform/failure.ts", append("const a  = 1"), /failure\.ts/]],
  [
    "tsc",
    ["dagger/platform/failure.ts", typeMistake, /dagger\/platform\/failure\.ts.* TS2322/],
    ["frontend/src/config.ts", typeMistake, /frontend: src\/config\.ts.* TS2322/],
  ],
  ["hadolint", ["services/catalog/Dockerfile", append("RUN apt-get install curl"), /catalog\/Dockerfile:\d+ DL3008/]],
  ["shellcheck", [".ci/run", append("rm -r $1"), /\.ci\/run:\d+:\d+: .*SC2086/]],
  ["terraform-fmt", ["infra/shared/ecr.tf", append("locals {\na   = 1\n}"), /shared\/ecr\.tf/]],
  [
    "terraform-validate",
    ["infra/shared/ecr.tf", append("locals {\n  a = local.b\n}"), /infra\/shared: .*undeclared local/],
  ],
  [
    "actionlint",
    [".github/workflows/backend-ci.yml", replace(/ubuntu-24\.04/, "ubuntu-next"), /backend-ci\.yml:\d+.*ubuntu-next/],
  ],
  ["zizmor", [".github/workflows/backend-ci.yml", replace(/@[0-9a-f]{40}/, "@v7"), /unpinned-uses[^]*backend-ci\.yml/]],
]

test.for(mistakes)("%s catches each mistake, and names a fix", async ([name, ...made], { skip }) => {
  skip(missing[name] !== undefined, missing[name])
  const plugins = terraform.found?.initArguments.join("").replace("-plugin-dir=", "")
  const check = () => said(copy, name, { TF_PLUGIN_DIR: plugins })
  const error = await made.reduce(
    (use, [path, change]) =>
      () =>
        planted(path, change, use),
    check,
  )()
  expect(error).toMatch(new RegExp(`^failed: ${name} is not clean`))
  for (const [, , words] of made) expect(error).toMatch(words)
  expect(error).toMatch(/\n {2}Fix: \S+/)
  expect(error).not.toContain(copy)
})

test("npm-audit catches a package with a known vulnerability, unless it is accepted", async () => {
  const advisory = {
    ...{ id: 1, url: "https://github.com/advisories/GHSA-test", title: "Unsafe", severity: "high" },
    ...{ vulnerable_versions: "*", cwe: [], cvss: { score: 8, vectorString: null } },
  }
  /** The one version that the registry has of a package */
  const packument = (name: string) => ({
    name,
    "dist-tags": { latest: "9.0.0" },
    versions: { "9.0.0": { name, version: "9.0.0" } },
  })
  const registry = createServer(({ method, url }, response) => {
    response.end(JSON.stringify(method === "POST" ? { zod: [advisory] } : packument(decodeURIComponent(url!.slice(1)))))
  })
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve))
  const npm_config_registry = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`
  try {
    const error = await said(copy, "npm-audit", { npm_config_registry })
    expect(error).toMatch(/failed: npm-audit is not clean[^]*dagger: zod .*: GHSA-test \(high\), Unsafe/)
    const accepted = { audit: "npm", id: "GHSA-test", package: "zod", until: "9999-12-31", reason: "planted by a test" }
    const change = () => JSON.stringify({ accepted: [accepted] })
    expect(await planted("audit.json", change, () => said(copy, "npm-audit", { npm_config_registry }))).toBe("")
  } finally {
    registry.close()
  }
})

test.skipIf(noTerraform)("format fixes what the tools can fix", async () => {
  const files = ["services/catalog/app/settings.py", "dagger/platform/failure.ts", "frontend/src/config.ts"]
  const contents = () => Promise.all(files.map((path) => readFile(join(copy, path), "utf8")))
  const before = await contents()
  await writeFile(join(copy, files[0]!), before[0]!.replaceAll(" = ", "  =  "))
  await writeFile(join(copy, files[1]!), before[1]!.replaceAll(" = ", "  =  "))
  await writeFile(join(copy, files[2]!), before[2]!.replaceAll('"', "'"))
  await format(runnerIn(copy))
  expect(await contents()).toEqual(before)
})

describe("the repository is clean", () => {
  test.each(["black", "hadolint", "shellcheck", "terraform-fmt", "actionlint", "zizmor"])("%s", async (name) => {
    if (missing[name]) return
    expect(await said(repositoryRoot, name)).toBe("")
  })
})
