import { realpathSync } from "node:fs"
import type { ImageStore, StoredImage } from "../packages/images.ts"
import { freePort } from "../../local-cloud/ports.ts"
import { environmentOf, programOf } from "../packages/image-programs.ts"
import { networkEnvironment } from "./host-environment.ts"
import { startTask } from "./task-process.ts"
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
  const folders = [image.folder, realpathSync(image.folder)]
  return startTask(programOf(image, launch.command), {
    folder: image.home,
    environment: {
      // As an image has it, which a task definition may override.
      SERVICE_VERSION: image.version,
      ...(image.bin ? {} : networkEnvironment()),
      ...launch.environment,
      ...environmentOf(image),
    },
    port,
    // A traceback names files as their author knows them; Python knows where a link leads.
    onLine: (line) => launch.onLine(folders.reduce((text, folder) => text.replaceAll(`${folder}/`, "services/"), line)),
  })
}
