/**
 * What runs the containers of the local cloud's tasks. Two files implement it: `process.ts`, which starts a service
 * from its folder, and `container.ts`, which starts a built image as a Dagger service.
 */
export interface TaskDriver {
  /**
   * Starts a task's container. Rejects with a `StartFailure` where ECS would stop the task before it ran, for instance
   * because its image does not exist.
   */
  start(launch: TaskLaunch): Promise<RunningTask>

  /** Stops whatever still runs. */
  close(): Promise<void>
}

/** One container to start, with everything resolved that ECS resolves before it starts one. */
export interface TaskLaunch {
  /** The task's id: 32 hexadecimal characters */
  taskId: string
  /** `repository@sha256:…` or `repository:tag` */
  image: string
  /** Replaces the image's own command */
  command?: string[] | undefined
  /** The container's environment, secrets' values included */
  environment: Record<string, string>
  /** The port that the container listens on, where it has a port mapping */
  port?: number | undefined
  /** Called with each line that the container writes */
  onLine(line: string): void
}

export interface RunningTask {
  /** Where the container's port is reached; absent without a port mapping */
  address?: { host: string; port: number } | undefined
  /** Settles when the container has ended, by itself or by `stop` */
  exited: Promise<{ exitCode: number }>
  /** Runs a command as a container's health check is, and tells whether it ended with 0 in time; absent where nobody can */
  check?(command: string[], timeoutSeconds: number): Promise<boolean>
  /** SIGTERM, then SIGKILL after `timeoutSeconds` */
  stop(timeoutSeconds: number): Promise<void>
}

/** A container that never started; `message` is ECS's stoppedReason, for instance `CannotPullContainerError: …`. */
export class StartFailure extends Error {}
