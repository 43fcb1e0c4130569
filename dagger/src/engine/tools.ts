import { dag, ReturnType, type Container, type Secret } from "@dagger.io/dagger"
import { randomUUID } from "node:crypto"
import { buildCosign, type RunTool, type Tool } from "../../delivery/provenance/tools.ts"
import { uvEnvironment, withGoCaches } from "./toolchains.ts"

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

const containers: Record<Tool, () => Container> = {
  syft: () => uvEnvironment(dag.currentModule().source().directory("tools/syft")),
  codecovcli: () => uvEnvironment(dag.currentModule().source().directory("tools/codecovcli")),
  cosign: () =>
    withGoCaches(uvEnvironment(dag.currentModule().source().directory("tools/cosign"))).withExec(
      buildCosign("/venv/bin/cosign"),
    ),
}
