import { freePort } from "../../local-cloud/ports.ts"
import { StartFailure, type RunningTask, type TaskDriver } from "../../local-cloud/task-driver.ts"
import { startTask } from "./task-process.ts"

/**
 * Runs each task's command as a process of this machine, whatever its image: there are no containers here. It listens on
 * the port in PORT. A task without a command has nothing to run, and stops as one whose image is missing.
 */
export function commandDriver(): TaskDriver {
  const running = new Set<RunningTask>()
  return {
    async start({ image, command, environment, port, onLine }) {
      if (!command?.length) {
        const advice = "there are no containers here; give the container a command, which is run on this machine"
        throw new StartFailure(`CannotPullContainerError: ${image}: ${advice}`)
      }
      const task = startTask(command, {
        environment: { PATH: process.env.PATH ?? "", ...environment },
        port: port === undefined ? undefined : await freePort(),
        onLine,
      })
      running.add(task)
      void task.exited.then(() => running.delete(task))
      return task
    },
    async close() {
      await Promise.all([...running].map((task) => task.stop(2)))
    },
  }
}
