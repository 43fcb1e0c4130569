import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http"
import { connect, createServer, type Server } from "node:net"
import { buffer } from "node:stream/consumers"
import { closeServer, listen } from "../../../local-cloud/ports.ts"
import type { RunningTask, TaskDriver } from "../../../local-cloud/task-driver.ts"

/** A Docker Engine's API, as far as ministack's ECS asks it. */
export interface Docker {
  /** For DOCKER_HOST */
  host: string
  close(): Promise<void>
}

interface Container {
  id: string
  image: string
  environment: Record<string, string>
  command: string[] | undefined
  /** Its own, of the loopback's many (on Linux) */
  ip: string
  lines: string[]
  readers: Set<ServerResponse>
  exitCode?: number
  task?: RunningTask
  /** Listens at `ip`, and passes on to the task */
  door?: Server
}

export interface DockerParts {
  /** Runs the containers */
  driver: TaskDriver
  /** Whether the registry has an image */
  has(image: string): boolean
  /** The port that an image listens on */
  portOf(image: string): number
}

/** Runs containers, each at an address of its own and the port that its image listens on. */
export async function startDocker({ driver, has, portOf }: DockerParts): Promise<Docker> {
  const containers = new Map<string, Container>()

  function create({ Image = "", Env = [], Cmd }: { Image?: string; Env?: string[]; Cmd?: string[] }): Container {
    const number = containers.size + 1
    const container: Container = {
      id: number.toString(16).padStart(64, "0"),
      image: Image,
      environment: Object.fromEntries(Env.map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string])),
      command: Cmd ?? undefined,
      // Of a network that no other test has
      ip: `127.${port >> 8}.${port & 255}.${number}`,
      lines: [],
      readers: new Set(),
    }
    containers.set(container.id, container)
    return container
  }

  async function start(container: Container): Promise<void> {
    const { id, image, environment, command, ip } = container
    const listensOn = portOf(image)
    const onLine = (line: string) => {
      container.lines.push(line)
      for (const reader of container.readers) reader.write(frame(line))
    }
    const task = await driver.start({ taskId: id.slice(-32), image, command, environment, port: listensOn, onLine })
    container.task = task
    container.door = createServer((socket) => {
      const inner = connect(task.address!.port, task.address!.host)
      for (const end of [socket, inner]) end.on("error", () => [socket, inner].forEach((one) => one.destroy()))
      socket.pipe(inner).pipe(socket)
    })
    await new Promise<void>((resolve) => container.door!.listen(listensOn, ip, resolve))
    void task.exited.then(({ exitCode }) => {
      container.exitCode = exitCode
      container.door!.close()
      for (const reader of container.readers) reader.end()
    })
  }

  const routes: [method: string, path: RegExp, answer: (call: Call) => unknown][] = [
    ["GET", /^\/version$/, () => ({ Version: "27.0.0", ApiVersion: "1.44", MinAPIVersion: "1.24" })],
    ["GET", /^\/containers\/json$/, () => []],
    ["POST", /^\/images\/create$/, ({ query }) => image(`${query.get("fromImage")}@${query.get("tag")}`)],
    ["GET", /^\/images\/(.+)\/json$/, ({ name }) => image(name)],
    ["POST", /^\/containers\/create$/, ({ body }) => ({ Id: create(body).id, Warnings: [] })],
    ["POST", /^\/containers\/(\w+)\/start$/, ({ name }) => start(of(name)).then(() => undefined)],
    ["GET", /^\/containers\/(\w+)\/json$/, ({ name }) => inspected(of(name))],
    ["POST", /^\/containers\/(\w+)\/wait$/, ({ name }) => ({ StatusCode: of(name).exitCode ?? 0 })],
    ["POST", /^\/containers\/(\w+)\/stop$/, ({ name }) => of(name).task?.stop(2)],
    ["DELETE", /^\/containers\/(\w+)$/, ({ name }) => of(name).task?.stop(2)],
  ]

  function image(name: string): object {
    if (!has(name)) throw new Missing(`No such image: ${name}`)
    return { Id: `sha256:${"0".repeat(64)}`, RepoTags: [name] }
  }

  function of(id: string): Container {
    const container = containers.get(id)
    if (!container) throw new Missing(`No such container: ${id}`)
    return container
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url!, "http://docker")
    const path = decodeURIComponent(pathname).replace(/^\/v[\d.]+(?=\/)/, "")
    const [, followed] = /^\/containers\/(\w+)\/logs$/.exec(path) ?? []
    if (followed) return follow(of(followed), response)
    const body = JSON.parse((await buffer(request)).toString() || "{}") as Call["body"]
    for (const [method, pattern, act] of routes) {
      const [matched, name = ""] = (request.method === method && pattern.exec(path)) || []
      if (matched === undefined) continue
      const said = await act({ name, query, body })
      response.writeHead(said === undefined ? 204 : 200, { "content-type": "application/json" })
      return void response.end(said === undefined ? undefined : JSON.stringify(said))
    }
    throw new Missing(`page not found: ${request.method} ${path}`)
  }

  const server = createHttpServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      response.writeHead(error instanceof Missing ? 404 : 500, { "content-type": "application/json" })
      response.end(JSON.stringify({ message: error.message }))
    })
  })
  const port = await listen(server, 0, "127.0.0.1")
  return {
    host: `tcp://127.0.0.1:${port}`,
    async close() {
      for (const { task, door } of containers.values()) {
        await task?.stop(2)
        door?.close()
      }
      await closeServer(server)
    },
  }
}

interface Call {
  name: string
  query: URLSearchParams
  body: { Image?: string; Env?: string[]; Cmd?: string[] }
}

class Missing extends Error {}

const inspected = ({ id, image, ip, task, exitCode }: Container): object => ({
  Id: id,
  Name: `/${id}`,
  Image: image,
  State: { Status: exitCode !== undefined ? "exited" : task ? "running" : "created", ExitCode: exitCode ?? 0 },
  Config: { Image: image, Tty: false, Labels: {} },
  NetworkSettings: { Networks: { bridge: { IPAddress: ip } } },
})

function follow(container: Container, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/vnd.docker.raw-stream" })
  for (const line of container.lines) response.write(frame(line))
  if (container.exitCode !== undefined) return void response.end()
  container.readers.add(response)
}

/** A line as Docker sends it: the stream, three zeros, the length, the text. */
function frame(line: string): Buffer {
  const text = Buffer.from(`${line}\n`)
  const head = Buffer.alloc(8)
  head[0] = 1
  head.writeUInt32BE(text.length, 4)
  return Buffer.concat([head, text])
}
