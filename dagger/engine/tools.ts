import { dag, ReturnType, type Container, type Secret } from "@dagger.io/dagger"
import { randomUUID } from "node:crypto"
import type { RunTool, Tool } from "../delivery/provenance/tools.ts"
import { python } from "./python.ts"
import { uvEnvironment } from "./toolchains.ts"

const folder = "/tool"

/** The engine hides in what a program says whatever is the value of some variable, such as "false"; not in a file. */
const output = "/tmp/output"
const intoFile = `"$@" >${output}`

/** What a tool finds in a registry changes: no answer is taken from the engine's cache. */
export const runTool: RunTool = async (tool, args, { variables, files }) => {
  let container = containers[tool]().withWorkdir(folder).withEnvVariable("RUN", randomUUID())
  for (const [name, value] of Object.entries(variables))
    container = container.withSecretVariable(name, secretOf(name, value))
  for (const [name, content] of Object.entries(files))
    container = container.withMountedSecret(`${folder}/${name}`, secretOf(name, content))
  const ended = container.withExec(["sh", "-c", intoFile, "sh", tool, ...args], { expect: ReturnType.Any })
  return {
    exitCode: await ended.exitCode(),
    stdout: await ended.file(output).contents(),
    stderr: await ended.stderr(),
  }
}

/** One value each: several images are at work at once, and the engine knows a secret by its name. */
const secretOf = (name: string, value: string): Secret => dag.setSecret(`${name}-${randomUUID()}`, value)

const cosignImage = "ghcr.io/sigstore/cosign/cosign:v3.1.3"

const packaged = (tool: Tool): Container => uvEnvironment(dag.currentModule().source().directory(`tools/${tool}`))

const containers: Record<Tool, () => Container> = {
  syft: () => packaged("syft"),
  codecovcli: () => packaged("codecovcli"),
  squawk: () => packaged("squawk"),
  pytest: () => packaged("pytest"),
  // Its own image has no shell.
  cosign: () => python().withFile("/usr/local/bin/cosign", dag.container().from(cosignImage).file("/ko-app/cosign")),
}
