import { execFile } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { connection, dag, type Container, type Directory } from "@dagger.io/dagger"
import type { Figure } from "./figure.ts"
import { engineAnswers } from "./engine.ts"

const services = ["auth", "catalog", "installation", "proxy"]

/** What one writes who has one stage: everything that installs stays in the image. */
const singleStage = (service: string) => `
FROM python:3.13-slim-trixie
RUN apt-get update && apt-get install -y build-essential
RUN python -m venv /opt/uv && /opt/uv/bin/pip install uv==0.13.9
WORKDIR /services
COPY . .
ENV UV_PYTHON=python UV_PYTHON_DOWNLOADS=never
RUN /opt/uv/bin/uv sync --frozen --package ${service}
CMD ["/services/.venv/bin/python", "-m", "app"]
`

/** Layers by digest, with their compressed sizes in bytes. */
type Layers = Map<string, number>

/** Sizes of the images, as a registry stores them, and what a build costs. Nothing where no Dagger engine answers. */
export async function measureImages(root: string): Promise<Figure[]> {
  const cli = await engineAnswers("the images' sizes")
  if (!cli) return []
  // The SDK would get a command line of its own otherwise.
  process.env._EXPERIMENTAL_DAGGER_CLI_BIN = cli
  const folder = await mkdtemp(join(tmpdir(), "cat-house-images-"))
  const all = new Map<string, Layers>()
  let single: Layers = new Map()
  let [first, second] = [0, 0]
  try {
    await connection(async () => {
      const source = dag.host().directory(join(root, "services"))
      const inputs = (service: string) =>
        source.filter({ include: [service, "common", "pyproject.toml", "uv.lock", ".dockerignore"] })
      for (const service of services) {
        const image = inputs(service).dockerBuild({ dockerfile: `${service}/Dockerfile` })
        all.set(service, await layersOf(image, folder))
      }
      const plain = inputs("auth").withoutFile(".dockerignore").withNewFile("Dockerfile", singleStage("auth"))
      single = await layersOf(plain.dockerBuild(), folder)
      const fresh = await rebuilt(inputs("auth"))
      first = await secondsOf(fresh)
      const changed = `${await fresh.file(changing).contents()}\n# ${Date.now()}\n`
      second = await secondsOf(fresh.withNewFile(changing, changed))
    })
  } finally {
    await rm(folder, { recursive: true })
  }
  const [one, alone] = [sizeOf(all.get("auth")!), sizeOf(single)]
  const unique = sizeOf(new Map([...all.values()].flatMap((layers) => [...layers])))
  return [
    ["image of auth, compressed", mebibytes(one), "none", true],
    ["the same in a single stage", mebibytes(alone), "none", true],
    ["final / single stage", (one / alone).toFixed(2), "0.4", one / alone <= 0.4],
    ["build of auth, its base there", `${first.toFixed(1)} s`, "none", true],
    ["build after a change of its source", `${second.toFixed(1)} s`, "none", true],
    ["changed / first", (second / first).toFixed(2), "0.15", second / first <= 0.15],
    ["unique bytes of all four / of one", (unique / one).toFixed(2), "1.3", unique / one <= 1.3],
  ]
}

const changing = "auth/app/main.py"

/** The inputs of an image that no engine has built yet: each stage sets a variable that none has set before. */
async function rebuilt(inputs: Directory): Promise<Directory> {
  const dockerfile = inputs.file("auth/Dockerfile")
  const nonce = `ENV BUILT_BY_BENCH=${Date.now()}`
  const stages = (await dockerfile.contents()).replace(/^FROM .*$/gm, (stage) => `${stage}\n${nonce}`)
  return inputs.withNewFile("auth/Dockerfile", stages).sync()
}

async function secondsOf(inputs: Directory): Promise<number> {
  const started = performance.now()
  await inputs.dockerBuild({ dockerfile: "auth/Dockerfile" }).sync()
  return (performance.now() - started) / 1000
}

async function layersOf(image: Container, folder: string): Promise<Layers> {
  const path = await image.asTarball().export(join(folder, "image.tar"))
  const read = async <T>(file: string): Promise<T> => {
    const { stdout } = await promisify(execFile)("tar", ["-xOf", path, file])
    return JSON.parse(stdout) as T
  }
  const blob = (digest: string) => `blobs/${digest.replace(":", "/")}`
  const index = await read<{ manifests: { digest: string }[] }>("index.json")
  const manifest = await read<{ layers: { digest: string; size: number }[] }>(blob(index.manifests[0]!.digest))
  return new Map(manifest.layers.map(({ digest, size }) => [digest, size]))
}

const sizeOf = (layers: Layers): number => [...layers.values()].reduce((sum, size) => sum + size, 0)

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
