import { dag, type Container } from "@dagger.io/dagger"

const pythonImage = "python:3.13-slim-trixie"
const uvVersion = "0.13.9"

export const python = (): Container => dag.container().from(pythonImage)

/** Python with uv, whose caches the engine keeps. */
export function pythonWithUv(): Container {
  return python()
    .withEnvVariable("UV_PYTHON_DOWNLOADS", "never")
    .withEnvVariable("UV_LINK_MODE", "copy")
    .withMountedCache("/root/.cache/pip", dag.cacheVolume("cat-house-pip"))
    .withMountedCache("/root/.cache/uv", dag.cacheVolume("cat-house-uv"))
    .withExec(["pip", "install", `uv==${uvVersion}`])
}
