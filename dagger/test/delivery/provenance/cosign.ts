import { mkdir } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { runProcess } from "../../../node/processes/run-process.ts"
import { repositoryRoot } from "../../platform-copy.ts"

const state = join(repositoryRoot, ".cathouse")

/** Where the tests' cosign is, once it has been built */
export const cosignFolder = join(state, "cosign", "bin")

/** Builds cosign from its Go module, as no registry of packages has a build of it; takes two to five minutes. */
export async function buildCosign(): Promise<void> {
  const environment = join(state, "cosign")
  await mkdir(environment, { recursive: true })
  const env = {
    ...process.env,
    UV_PROJECT_ENVIRONMENT: environment,
    UV_PYTHON_DOWNLOADS: "never",
    PATH: [cosignFolder, process.env.PATH].join(delimiter),
  }
  const project = join(import.meta.dirname, "cosign")
  const program = "github.com/sigstore/cosign/v3/cmd/cosign"
  const build = ["go", "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", join(cosignFolder, "cosign")]
  for (const command of [
    [join(state, "uv", "bin", "uv"), "sync", "--quiet", "--locked"],
    [...build, program],
  ]) {
    const { exitCode, stderr } = await runProcess(command, project, env)
    if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`)
  }
}
