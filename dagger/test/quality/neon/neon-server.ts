import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { startPostgres, type Tls } from "../../../node/processes/postgres.ts"
import { answers } from "./neon-answers.ts"
import { neonRoutes, type Route } from "./neon-document.ts"
import { neonWorld, operationOf, type NeonBranch, type World } from "./neon-world.ts"

/** What goes wrong at a route, instead of its answer or after it. */
export interface Fault {
  status?: number
  code?: string | undefined
  message?: string
  headers?: Record<string, string>
  /** The connection ends: before anything is done, when all is done, or half-way through the answer */
  lost?: "request" | "answer" | "half of it"
  /** How often; default 1 */
  times?: number
}

export interface NeonServer {
  /** What takes the place of https://console.neon.tech/api/v2 */
  endpoint: string
  apiKey: string
  project: string
  world: World
  branches: NeonBranch[]
  /** What was asked, such as `POST /projects/{project_id}/branches` */
  calls: string[]
  /** Where a request or an answer was not as Neon's document says */
  drift: string[]
  fail(route: string, fault: Fault): void
  clearFaults(): void
  /** What goes wrong at a call, by its place in `calls`, before what `fail` has asked for */
  faultAt?: ((call: number) => Fault | undefined) | undefined
  /** Whether branches are made without the expiry that was asked for */
  ignoreExpiry?: boolean
  /** What the operations of the next branch will be, one status each time that they are asked for */
  operationStatuses?: string[] | undefined
  /** Deletes what has expired by then, as Neon does by itself */
  expire(at: Date): Promise<void>
  close(): Promise<void>
}

const project = "cat-house-tests-12345678"
const branchesLimit = 10
const byId = "/projects/{project_id}/branches/{branch_id}"

class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, message: string, code = "") {
    super(message)
    this.status = status
    this.code = code
  }
}

interface Request {
  path: Record<string, string>
  query: URLSearchParams
  body: unknown
}

/** Where the server listens, with which certificate, and which branches it has besides `main`. */
export interface NeonOptions {
  /** Default: loopback */
  host?: string | undefined
  tls?: Tls
  /** Default: `test` */
  parents?: string[]
}

/** Neon's API, for what tests use of it, in front of a real PostgreSQL that speaks TLS. */
export async function startNeon({ host = "127.0.0.1", tls, parents = ["test"] }: NeonOptions = {}) {
  const postgres = await startPostgres({ tls })
  const world = await neonWorld(postgres.url, host)
  const apiKey = "napi_a-key-for-tests"
  const faults = new Map<string, Fault[]>()
  const root = await world.makeBranch({ name: "main" })
  await world.makeDatabase(root, "neondb")
  const branches = [root]
  for (const name of parents) branches.push(await world.makeBranch({ name, parent: root }))
  for (const branch of branches) branch.operations = []

  const branchOf = ({ path }: Request) => {
    const found = branches.find(({ id }) => id === path.branch_id)
    if (!found) throw new Refusal(404, "branch not found")
    return found
  }
  /** Neon changes nothing about a branch that is still being changed. */
  const requireIdle = ({ operations }: NeonBranch) => {
    if (operations.some(({ statuses }) => statuses.length > 1))
      throw new Refusal(423, "project already has running conflicting operations, scheduling of new ones is prohibited")
  }
  const remove = async (branch: NeonBranch) => {
    branches.splice(branches.indexOf(branch), 1)
    await world.deleteBranch(branch)
  }

  const handlers: Record<string, (request: Request) => Promise<[number, unknown?]>> = {
    async "GET /projects/{project_id}/branches"({ query }) {
      const all = branches.filter(({ id, name }) => `${id} ${name}`.includes(query.get("search") ?? ""))
      const from = Number(query.get("cursor") ?? 0)
      const page = all.slice(from, from + Number(query.get("limit") ?? 100))
      const next = from + page.length < all.length ? String(from + page.length) : undefined
      return [200, answers.branches(project, page, root, next)]
    },
    async "POST /projects/{project_id}/branches"({ body }) {
      const { branch: asked, annotation_value: annotation } = body as {
        branch: { name: string; parent_id: string; expires_at?: string }
        annotation_value?: Record<string, string>
      }
      const parent = branches.find(({ id }) => id === asked.parent_id)
      if (!parent) throw new Refusal(404, "parent branch not found")
      if (parent.expiresAt) throw new Refusal(400, "branch with an expiration cannot be a parent")
      if (branches.some(({ name }) => name === asked.name)) throw new Refusal(409, "branch name already exists")
      if (branches.length >= branchesLimit) throw new Refusal(422, "branches limit exceeded", "BRANCHES_LIMIT_EXCEEDED")
      const expiresAt = asked.expires_at && !server.ignoreExpiry ? new Date(asked.expires_at) : undefined
      const branch = await world.makeBranch({ name: asked.name, parent, expiresAt, annotation: annotation ?? {} })
      if (server.operationStatuses) branch.operations[0]!.statuses = [...server.operationStatuses]
      server.operationStatuses = undefined
      branches.push(branch)
      return [201, answers.created(project, branch, root)]
    },
    async [`DELETE ${byId}`](request) {
      if (!branches.some(({ id }) => id === request.path.branch_id)) return [204]
      const branch = branchOf(request)
      if (branch === root || branch.protected) throw new Refusal(422, "cannot delete a protected or root branch")
      if (branches.some(({ parentId }) => parentId === branch.id))
        throw new Refusal(422, "cannot delete branch that has children")
      requireIdle(branch)
      await remove(branch)
      return [200, { branch: answers.branch(project, branch, root), operations: [] }]
    },
    async [`GET ${byId}/databases`](request) {
      return [200, { databases: answers.databases(branchOf(request)) }]
    },
    async [`POST ${byId}/databases`](request) {
      const branch = branchOf(request)
      const { database } = request.body as { database: { name: string; owner_name: string } }
      if (database.owner_name !== branch.role) throw new Refusal(404, "role not found")
      if (branch.databases.includes(database.name)) throw new Refusal(409, "database already exists")
      requireIdle(branch)
      await world.makeDatabase(branch, database.name)
      const operation = operationOf(branch.id, "apply_config")
      branch.operations.push(operation)
      return [201, { database: answers.databases(branch).at(-1), operations: [answers.operation(project, operation)] }]
    },
    async "GET /projects/{project_id}/connection_uri"({ query }) {
      const branch = branchOf({ path: { branch_id: query.get("branch_id")! } } as unknown as Request)
      const database = query.get("database_name")!
      if (!branch.databases.includes(database)) throw new Refusal(404, "database not found")
      return [200, { uri: world.uriOf(branch, database, query.get("pooled") === "true") }]
    },
    async [`GET ${byId}/compare_schema`](request) {
      const branch = branchOf(request)
      const base = branches.find(({ id }) => id === request.query.get("base_branch_id"))!
      const database = request.query.get("db_name")!
      const [before, after] = [await world.schemaOf(base, database), await world.schemaOf(branch, database)]
      const removed = before.filter((line) => !after.includes(line)).map((line) => `-${line}\n`)
      const added = after.filter((line) => !before.includes(line)).map((line) => `+${line}\n`)
      return [200, { diff: [...removed, ...added].join("") }]
    },
    async "GET /projects/{project_id}/operations"() {
      const operations = branches.flatMap(({ operations }) => operations)
      const answered = operations.map((operation) => answers.operation(project, operation))
      return [200, { operations: answered, pagination: { cursor: "end" } }]
    },
    async "GET /projects/{project_id}/operations/{operation_id}"({ path }) {
      const operation = branches.flatMap(({ operations }) => operations).find(({ id }) => id === path.operation_id)
      if (!operation) throw new Refusal(404, "operation not found")
      return [200, { operation: answers.operation(project, operation) }]
    },
  }
  const routes = neonRoutes(Object.keys(handlers))

  const answer = async (request: IncomingMessage, response: ServerResponse, body: unknown) => {
    const url = new URL(request.url!, "http://neon")
    const route = routes.find(({ method, path }) => method === request.method && path.test(url.pathname))
    if (!route) throw new Refusal(404, `no route ${request.method} ${url.pathname}`)
    const call = server.calls.push(route.name) - 1
    goOn(branches)
    const path = { ...route.path.exec(url.pathname)!.groups }
    noteDrift(() => route.checkRequest(path, url.searchParams, body))
    const fault = server.faultAt?.(call) ?? takeFault(faults, route.name)
    if (fault?.lost === "request") return void request.socket.destroy()
    const [status, answered] = await outcome(async () => {
      if (request.headers.authorization !== `Bearer ${apiKey}`) throw new Refusal(401, "authorization is required")
      if (path.project_id !== project) throw new Refusal(404, "project not found")
      if (fault?.status) throw new Refusal(fault.status, fault.message ?? "a fault", fault.code)
      return handlers[route.name]!({ path, query: url.searchParams, body })
    })
    const text = answered === undefined ? undefined : JSON.stringify(answered)
    if (fault?.lost === "answer" || (fault?.lost && !text)) return void request.socket.destroy()
    noteDrift(() => route.checkAnswer(status, text && JSON.parse(text)))
    response.writeHead(status, { "content-type": "application/json", ...fault?.headers })
    if (fault?.lost === "half of it") return void response.write(text!.slice(0, 20), () => request.socket.destroy())
    response.end(text)
  }
  const noteDrift = (check: () => void) => {
    try {
      check()
    } catch (error) {
      server.drift.push((error as Error).message)
    }
  }

  const http = createServer((request, response) => {
    void read(request)
      .then((body) => answer(request, response, body))
      .catch((error: Error) => {
        server.drift.push(error.stack ?? error.message)
        response.writeHead(500).end()
      })
  })
  await new Promise<void>((resolve) => http.listen(0, host, resolve))
  const server: NeonServer = {
    endpoint: `http://${host}:${(http.address() as AddressInfo).port}`,
    apiKey,
    project,
    world,
    branches,
    calls: [],
    drift: [],
    fail(route, fault) {
      if (!routes.some(({ name }) => name === route)) throw new Error(`no route ${route}`)
      faults.set(route, [...(faults.get(route) ?? []), fault])
    },
    clearFaults: () => faults.clear(),
    async expire(at) {
      for (const branch of branches.filter(({ expiresAt }) => expiresAt && expiresAt <= at)) await remove(branch)
    },
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      await world.close()
      await postgres.close()
    },
  }
  return server
}

/** Operations come one status further at each call, whatever is asked for. */
function goOn(branches: NeonBranch[]): void {
  for (const { statuses } of branches.flatMap(({ operations }) => operations)) if (statuses.length > 1) statuses.shift()
}

function takeFault(faults: Map<string, Fault[]>, route: Route["name"]): Fault | undefined {
  const [next, ...rest] = faults.get(route) ?? []
  if (!next) return undefined
  const left = (next.times ?? 1) - 1
  faults.set(route, left > 0 ? [{ ...next, times: left }, ...rest] : rest)
  return next
}

async function outcome(act: () => Promise<[number, unknown?]>): Promise<[number, unknown?]> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [error.status, { request_id: "a-request", code: error.code, message: error.message }]
  }
}

async function read(request: IncomingMessage): Promise<unknown> {
  let text = ""
  for await (const chunk of request) text += String(chunk)
  return text ? JSON.parse(text) : undefined
}
