import { appendFile, mkdir, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { breakages, type Breakage } from "../../dagger/delivery/rollback-verify/breakage.ts"
import { programOf } from "../../dagger/delivery/rollback-verify/broken-program.ts"
import type { Platform, Service } from "../../dagger/platform/manifest.ts"

/** A change to a service that no deploy should call a success. */
export interface Case {
  name: string
  /** Lines that tell a reader the cause, in whoever's words */
  cause: RegExp
  /** Somebody else deploys while this one is under way */
  superseded?: boolean
  /** Makes the change in a copy of the platform */
  change(copy: string, platform: Platform, service: Service): Promise<void>
}

const causes: Record<Breakage, RegExp> = {
  crash: /exited with|exit code|broken on purpose/i,
  unhealthy: /failed (ELB )?health checks|health checks failed|every answer is 500/i,
  "missing-image": /CannotPullContainerError/,
  "wrong-version": /answers version/i,
  errors: /\b5\d\d\b/,
  slow: /requests took|p95|too late|time(d )?-?out/i,
  leak: /exited with|exit code|OutOfMemory/i,
}

/** The service as it is, but for what is done before each request that does not ask for its health. */
const doing = (before: string): string => `
import asyncio, os, signal
from cathouse_common.server import serve
from app.main import create_app
from app.settings import Settings

held = []

class Worse:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and "/health" not in scope["path"]:
            ${before}
        await self.app(scope, receive, send)

def leak(memory):
    held.append(bytearray(b"x") * (memory // 1000))
    # As Fargate ends a container that uses its memory up
    if len(held) > 1000 - 150:
        os.kill(os.getpid(), signal.SIGKILL)

def create_worse_app(settings):
    app = create_app(settings)
    app.add_middleware(Worse)
    return app

serve(Settings, create_worse_app)
`

/** Those that pass every test, and that only users notice. */
const worse: Record<"slow" | "leak", (service: Service) => string> = {
  slow: () => doing("await asyncio.sleep(1)"),
  leak: ({ memory }) => doing(`leak(${memory} << 20)`),
}

const main = (copy: string, service: Service) => join(copy, "services", service.name, "app", "__main__.py")

/** How a line of this tool's progress begins. */
const prefix = /^\s*[\d.]+ s +[\w -]+: /

/** How many lines tell the cause, a task's own among them. What is said twice counts once. */
export function linesOfCause({ cause }: Case, output: string): number {
  const lines = output.split("\n").map((line) => line.replace(prefix, "").trim())
  return new Set(lines.filter((line) => cause.test(line))).size
}

/** Each way in which rollback-verify breaks a service, built into the service itself; and a good change that is overtaken. */
export const cases: Case[] = [
  ...breakages.map((name): Case => ({ name, cause: causes[name], change: (...where) => breakService(name, ...where) })),
  {
    name: "superseded",
    cause: /superseded|somebody else|newer service deployment/i,
    superseded: true,
    change: (copy, _, service) => appendFile(main(copy, service), "# a good change\n"),
  },
]

async function breakService(breakage: Breakage, copy: string, platform: Platform, service: Service): Promise<void> {
  const path = main(copy, service)
  if (breakage === "slow" || breakage === "leak") return writeFile(path, worse[breakage](service))
  const program = programOf(breakage, service, platform.limits, "python")
  if (program) return writeFile(path, program)
  if (breakage === "wrong-version") {
    const claim = `import os\n\nos.environ["SERVICE_VERSION"] = "another one"\n`
    return writeFile(path, claim + (await readFile(path, "utf8")))
  }
  await appendFile(path, `# ${breakage}\n`)
  await withhold(copy)
}

/** Has the copy's images where the cloud does not look for them; the Python that they share is linked. */
async function withhold(copy: string): Promise<void> {
  const folder = join(copy, ".cathouse", "images")
  const shared = await realpath(folder)
  await rm(folder)
  await mkdir(folder)
  for (const name of await readdir(shared))
    if (name.startsWith("python-")) await symlink(join(shared, name), join(folder, name))
}
