import { dag, type Container, type Directory } from "@dagger.io/dagger"
import type { Toolchain } from "../quality/lint/check.ts"
import { buildActionlint, environment, npmCi, uvSync } from "../quality/lint/environment.ts"
import { nodeImage } from "./site.ts"
import { pythonWithUv } from "./python.ts"

const terraformImage = "hashicorp/terraform:1.11.4"

/** Where a check has its part of the working copy */
export const workFolder = "/work"

/** A container with a toolchain; from lock files alone, so that no source file makes the engine install again. */
export function toolchainOf(toolchain: Toolchain, workingCopy: Directory): Container {
  const container = containers[toolchain](workingCopy)
  return Object.entries(environment).reduce((made, [name, value]) => made.withEnvVariable(name, value), container)
}

const containers: Record<Toolchain, (workingCopy: Directory) => Container> = {
  services: (workingCopy) =>
    uvEnvironment(
      workingCopy.directory("services").filter({ include: ["pyproject.toml", "uv.lock", "*/pyproject.toml"] }),
    ),
  linters: () =>
    withGoCaches(uvEnvironment(dag.currentModule().source().directory("tools/lint")))
      .withWorkdir("/packages/actionlint")
      .withExec(buildActionlint("/venv/bin/actionlint")),
  node: (workingCopy) => npmPackages(npmPackages(node(), workingCopy, "."), workingCopy, "dagger"),
  frontend: (workingCopy) => npmPackages(node(), workingCopy, "frontend"),
  terraform: () => dag.container().from(terraformImage),
}

export const uvEnvironment = (project: Directory): Container =>
  pythonWithUv()
    .withEnvVariable("UV_PROJECT_ENVIRONMENT", "/venv")
    .withEnvVariable("PATH", "/venv/bin:$PATH", { expand: true })
    .withDirectory("/packages", project)
    .withWorkdir("/packages")
    .withExec(uvSync)

const withGoCaches = (container: Container): Container =>
  container
    .withMountedCache("/root/go/pkg/mod", dag.cacheVolume("cat-house-go-modules"))
    .withMountedCache("/root/.cache/go-build", dag.cacheVolume("cat-house-go-build"))

const node = (): Container =>
  dag.container().from(nodeImage).withMountedCache("/root/.npm", dag.cacheVolume("cat-house-npm"))

const npmPackages = (container: Container, workingCopy: Directory, folder: string): Container =>
  container
    .withWorkdir(`${workFolder}/${folder}`)
    .withDirectory(
      ".",
      workingCopy.directory(folder).filter({ include: ["package.json", "package-lock.json", ".npmrc"] }),
    )
    .withExec(npmCi)
    .withEnvVariable("PATH", `${workFolder}/${folder}/node_modules/.bin:$PATH`, { expand: true })
