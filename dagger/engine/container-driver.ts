import { dag, ReturnType, type Container, type Service } from "@dagger.io/dagger"
import { lookup } from "node:dns/promises"
import { StartFailure, type RunningTask, type TaskDriver, type TaskLaunch } from "../local-cloud/task-driver.ts"

/** Where a task's wrapper leaves what a Dagger service does not tell: its log, and its exit code. */
const folder = "/cat-house-task"

/** Runs a command, keeps its output and its exit code, and hands SIGTERM on to it. */
const wrapper = `
"$@" >${folder}/log 2>&1 &
task=$!
trap 'kill -TERM $task' TERM
wait $task
code=$?
kill -0 $task 2>/dev/null && { wait $task; code=$?; }
echo $code >${folder}/exit.new
mv ${folder}/exit.new ${folder}/exit
`

/** Waits for the exit code, then prints it and the log. */
const watcher = `while [ ! -e ${folder}/exit ]; do sleep 0.2; done; cat ${folder}/exit ${folder}/log`

export interface ContainerDriverOptions {
  /** The image behind a reference, or undefined for one that does not exist */
  find(reference: string): Container | undefined
  /** Lets tasks reach what they need, such as their database */
  connect(container: Container): Container
  /** An image with a shell, for what is run beside a task */
  shell: Container
}

/** Runs tasks as Dagger services, from the images that were built. */
export function containerDriver({ find, connect, shell }: ContainerDriverOptions): TaskDriver {
  const running = new Set<RunningTask>()
  const known = new Map<string, Promise<Known>>()
  const knownOf = (reference: string, image: Container): Promise<Known> => {
    if (!known.has(reference)) known.set(reference, askOf(image))
    return known.get(reference)!
  }

  const start = async (launch: TaskLaunch): Promise<RunningTask> => {
    const image = find(launch.image)
    if (!image) throw new StartFailure(`CannotPullContainerError: ${launch.image}: not found`)
    const { owner, entrypoint, defaultArgs, hasShell } = await knownOf(launch.image, image)
    // The owner is part of what makes a cache volume the same one for both; a name is known to the image alone.
    const withVolume = (container: Container) =>
      container.withMountedCache(folder, dag.cacheVolume(`cat-house-task-${launch.taskId}`), { owner })
    const beside = withVolume(shell).withEnvVariable("TASK", launch.taskId)
    const command = [...entrypoint, ...(launch.command ?? defaultArgs)]
    const runnable = hasShell ? { container: image, command } : await withinShell(shell, image, { owner, command })
    const service = serviceOf(withVolume(connect(runnable.container)), { ...launch, command: runnable.command })
    // A container that ends at once makes the start fail; what became of it is the watcher's to tell.
    const started = service.start().catch(() => undefined)
    // The watcher is a container, too: one that is to serve goes first, and of one that is to end the end is waited for.
    if (launch.port !== undefined) await started
    const exited = watch(beside, launch)
    // It is waited for below, and may fail before.
    exited.catch(() => undefined)
    await started
    const { port } = launch
    const address = port === undefined ? undefined : { host: await addressOf(service), port }
    const task: RunningTask = {
      exited,
      address,
      async stop(timeoutSeconds) {
        const ended = exited.then(() => true)
        void service.stop().catch(() => undefined)
        if (await Promise.race([ended, after(timeoutSeconds)])) return
        await service.stop({ kill: true }).catch(() => undefined)
        await beside.withExec(["sh", "-c", `touch ${folder}/log; echo 137 >${folder}/exit`]).sync()
        await exited
      },
    }
    running.add(task)
    const forget = () => running.delete(task)
    exited.then(forget, forget)
    return task
  }

  return {
    start,
    async close() {
      // Nobody is served any more, so that they end within a second; to kill one costs the engine another container.
      await Promise.all([...running].map((task) => task.stop(10)))
    },
  }
}

/**
 * The address of a service, asked for while it has one. The name of one that has ended is looked for in vain for seconds, in one of
 * the four threads that Node.js has for names and files: those who still call it would take them all.
 */
async function addressOf(service: Service): Promise<string> {
  const name = await service.hostname()
  return lookup(name).then(
    ({ address }) => address,
    () => name,
  )
}

/** What starts of an image ask of it; each question costs the engine about as much as another. */
interface Known {
  owner: string
  entrypoint: string[]
  defaultArgs: string[]
  hasShell: boolean
}

async function askOf(image: Container): Promise<Known> {
  const [owner, entrypoint, defaultArgs, hasShell] = await Promise.all([
    ownerOf(image),
    image.entrypoint(),
    image.defaultArgs(),
    image.exists("/bin/sh"),
  ])
  return { owner, entrypoint, defaultArgs, hasShell }
}

/** The user that an image runs as, by numbers: those of its own list of users. */
async function ownerOf(image: Container): Promise<string> {
  const [user = "", group] = (await image.user()).split(":")
  if (user === "" || /^\d+$/.test(user)) return [user || "0", group ?? (user || "0")].join(":")
  const users = (await image.exists("/etc/passwd")) ? await image.file("/etc/passwd").contents() : ""
  const [, , uid, gid] =
    users
      .split("\n")
      .map((line) => line.split(":"))
      .find(([name]) => name === user) ?? []
  if (!uid)
    throw new StartFailure(`CannotStartContainerError: unable to find user ${user}: no matching entries in passwd file`)
  return [uid, gid].join(":")
}

/** An image without a shell, such as one from scratch, runs as the root folder of a program in an image that has one. */
async function withinShell(
  shell: Container,
  image: Container,
  { owner, command }: { owner: string; command: string[] },
) {
  let container = shell.withDirectory("/image", image.rootfs())
  for (const variable of await image.envVariables())
    container = container.withEnvVariable(await variable.name(), await variable.value())
  const start = `mkdir -p /image/etc && cp /etc/resolv.conf /etc/hosts /image/etc/ && exec chroot --userspec="$0" /image "$@"`
  return { container, command: ["sh", "-c", start, owner, ...command] }
}

function serviceOf(image: Container, launch: TaskLaunch & { command: string[] }): Service {
  let container = image
  for (const [name, value] of Object.entries(launch.environment)) {
    // Secrets' values are among them, and nothing tells which: none shows in a log, and none enters a cache's key.
    container = container.withSecretVariable(name, dag.setSecret(`${launch.taskId}-${name}`, value))
  }
  if (launch.port !== undefined) {
    // Whether it is healthy is the target group's to find out.
    container = container.withExposedPort(launch.port, { experimentalSkipHealthcheck: true })
  }
  return container.asService({ args: ["sh", "-c", wrapper, "task", ...launch.command] })
}

async function watch(beside: Container, launch: TaskLaunch): Promise<{ exitCode: number }> {
  const output = await beside.withExec(["sh", "-c", watcher], { expect: ReturnType.Any }).stdout()
  const [exitCode, ...lines] = output.trimEnd().split("\n")
  for (const line of lines) launch.onLine(line)
  return { exitCode: Number(exitCode) }
}

const after = (seconds: number): Promise<false> =>
  new Promise((resolve) => setTimeout(() => resolve(false), seconds * 1000).unref())
