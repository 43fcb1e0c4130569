import { StartFailure, type RunningTask } from "../task-driver.ts"
import type { Clock } from "./clock.ts"
import { probe } from "./probe.ts"
import type { Input } from "./reduce.ts"
import type { RolloutsOptions } from "./options.ts"
import type { Effect } from "./step.ts"
import type { Container } from "./tasks/container.ts"

export type Runner = (effect: Effect) => void

type Do<Type extends Effect["type"]> = Extract<Effect, { type: Type }>

/** Does what `reduce` asks for, and reports what comes of it. */
export function runner(
  options: RolloutsOptions,
  clock: Clock,
  report: (input: Input) => void,
  closing: AbortSignal,
): Runner {
  const running = new Map<string, Promise<RunningTask>>()

  async function startContainer({ taskId, container }: Do<"startContainer">): Promise<void> {
    report({ type: "taskProvisioned", taskId })
    const started = start(taskId, container)
    running.set(taskId, started)
    try {
      const { address, exited } = await started
      report({ type: "containerStarted", taskId, address })
      const { exitCode } = await exited
      report({ type: "containerExited", taskId, exitCode })
    } catch (error) {
      report({ type: "containerNotStarted", taskId, reason: reasonOf(error) })
    } finally {
      running.delete(taskId)
    }
  }

  async function start(taskId: string, { image, command, port, log, ...container }: Container): Promise<RunningTask> {
    const secrets = await secretsOf(container)
    closing.throwIfAborted()
    return options.driver.start({
      taskId,
      image,
      command,
      port,
      environment: { ...container.environment, ...secrets },
      onLine: (line) => log && options.log({ ...log, line, timestamp: clock.now() }),
    })
  }

  async function secretsOf({ secrets }: Pick<Container, "secrets">): Promise<Record<string, string>> {
    try {
      const values = await Promise.all(secrets.map(({ valueFrom }) => options.secretValue(valueFrom)))
      return Object.fromEntries(secrets.map(({ name }, index) => [name, values[index] ?? ""]))
    } catch (error) {
      const reason = `unable to pull secrets or registry auth: ${messageOf(error)}`
      throw new StartFailure(`ResourceInitializationError: ${reason}`, { cause: error })
    }
  }

  async function stopContainer({ taskId, timeoutSeconds }: Do<"stopContainer">): Promise<void> {
    // One that has not started, or has ended by now, has nothing to stop: startContainer reports that
    const task = await running.get(taskId)?.catch(() => undefined)
    await task?.stop(timeoutSeconds)
  }

  /** Where the driver cannot look into a container, one that runs passes. */
  async function checkContainer({ taskId, command, timeoutSeconds }: Do<"checkContainer">): Promise<void> {
    const task = await running.get(taskId)?.catch(() => undefined)
    const passed = await (task?.check?.(command, timeoutSeconds) ?? true)
    report({ type: "containerChecked", taskId, passed })
  }

  async function probeTarget({ taskId, targetGroupArn, address, check }: Do<"probeTarget">): Promise<void> {
    const result = await (options.probe ?? probe)(address, check)
    report({ type: "targetProbed", taskId, targetGroupArn, result })
  }

  return (effect) => {
    switch (effect.type) {
      case "startContainer":
        return void startContainer(effect)
      case "stopContainer":
        return void stopContainer(effect)
      case "checkContainer":
        return void checkContainer(effect)
      case "probeTarget":
        return void probeTarget(effect)
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof StartFailure ? error.message : `CannotStartContainerError: ${messageOf(error)}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
