import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { ImageStore, StoredImage } from "../packages/images.ts"
import { freePort } from "../../local-cloud/ports.ts"
import { stopProcess } from "./stop-process.ts"
import { guard } from "./watchdog.ts"
import { StartFailure, type RunningTask, type TaskDriver, type TaskLaunch } from "../../local-cloud/task-driver.ts"

/**
 * Runs tasks as processes, from the folders that `images` keeps under a digest. An image that is not there is what a
 * registry's missing image is to ECS. Every task gets a free loopback port, as in awsvpc it gets an address of its own.
 */
export function processDriver(images: Pick<ImageStore, "find">): TaskDriver {
  const running = new Set<RunningTask>()
  return {
    async start(launch) {
      const image = await images.find(launch.image)
      if (!image) throw new StartFailure(`CannotPullContainerError: ${launch.image}: not found`)
      const task = run(launch, image, launch.port === undefined ? undefined : await freePort())
      running.add(task)
      void task.exited.then(() => running.delete(task))
      return task
    },
    async close() {
      await Promise.all([...running].map((task) => task.stop(2)))
    },
  }
}

function run(launch: TaskLaunch, image: StoredImage, port?: number): RunningTask {
  const [program, ...args] = launch.command ?? ["python", "-m", "app"]
  const folder = join(image.folder, image.service)
  const inEnvironment = join(image.bin, program!)
  const child = spawn(existsSync(inEnvironment) ? inEnvironment : program!, args, {
    cwd: folder,
    env: {
      ...launch.environment,
      PATH: `${image.bin}:${process.env.PATH}`,
      PYTHONPATH: [folder, join(image.folder, "common")].join(":"),
      PYTHONUNBUFFERED: "1",
      SERVICE_VERSION: image.version,
      HOST: "127.0.0.1",
      ...(port === undefined ? {} : { PORT: String(port) }),
    },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: Ctrl-C reaches the local cloud alone, which then stops its tasks in order.
    detached: true,
  })
  guard(child)
  // A traceback names files as their author knows them.
  const onLine = (line: string) => launch.onLine(line.replaceAll(`${image.folder}/`, "services/"))
  for (const output of [child.stdout, child.stderr]) createInterface(output).on("line", onLine)
  const exited = new Promise<{ exitCode: number }>((resolve) => {
    child.once("error", (error) => {
      launch.onLine(error.message)
      resolve({ exitCode: 127 })
    })
    child.once("close", (code, signal) => resolve({ exitCode: code ?? (signal === "SIGKILL" ? 137 : 143) }))
  })
  return {
    exited,
    address: port === undefined ? undefined : { host: "127.0.0.1", port },
    async stop(timeoutSeconds) {
      await stopProcess(child, { timeoutSeconds })
      await exited
    },
  }
}
