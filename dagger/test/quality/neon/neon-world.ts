import { randomBytes, randomUUID } from "node:crypto"
import { createServer, connect, type AddressInfo, type Socket } from "node:net"
import pg from "pg"

/** What Neon's API calls a branch, a database, an operation; checked against its document when it is answered. */
type Answer = Record<string, unknown>

export interface NeonBranch {
  id: string
  name: string
  parentId?: string | undefined
  createdAt: Date
  expiresAt?: Date | undefined
  protected: boolean
  annotation: Record<string, string>
  role: string
  password: string
  databases: string[]
  operations: Operation[]
}

export interface Operation {
  id: string
  branchId: string
  action: string
  /** What it is now, and what it will be at each further call; the last one stays */
  statuses: string[]
}

/** A server that is reached directly by one port, and by another that stands for the pooler. */
export interface World {
  /** How many connections came through the pooler */
  pooled: { connections: number }
  makeBranch(options: { name: string; parent?: NeonBranch } & Partial<NeonBranch>): Promise<NeonBranch>
  makeDatabase(branch: NeonBranch, name: string): Promise<void>
  deleteBranch(branch: NeonBranch): Promise<void>
  uriOf(branch: NeonBranch, database: string, pooled: boolean): string
  /** As the branch's owner */
  query<T extends Answer>(branch: NeonBranch, database: string, sql: string): Promise<T[]>
  schemaOf(branch: NeonBranch, database: string): Promise<string[]>
  /** The databases that are there, whatever they belong to */
  databases(): Promise<string[]>
  close(): Promise<void>
}

/**
 * Branches as real databases: each branch has a role with a password of its own and copies of its parent's databases,
 * made by template. In Neon a branch has a host; here the name of a database tells the branch. It is reached at `host`.
 */
export async function neonWorld(postgresUrl: string, host: string): Promise<World> {
  const admin = new pg.Client({ connectionString: postgresUrl })
  await admin.connect()
  const server = new URL(postgresUrl)
  const [direct, pooler] = [await forward(host, Number(server.port)), await forward(host, Number(server.port))]
  let made = 0

  const physical = (branch: NeonBranch, database: string) => `${branch.id.replaceAll("-", "_")}__${database}`
  const uriOf = (branch: NeonBranch, database: string, pooled: boolean) => {
    const { port } = pooled ? pooler : direct
    const path = `${host}:${port}/${physical(branch, database)}`
    return `postgresql://${branch.role}:${branch.password}@${path}?sslmode=require&channel_binding=prefer`
  }
  const query = async <T extends Answer>(branch: NeonBranch, database: string, sql: string) => {
    const own = new URL(postgresUrl)
    own.pathname = physical(branch, database)
    own.username = branch.role
    own.password = branch.password
    const client = new pg.Client({ connectionString: own.href })
    await client.connect()
    try {
      return (await client.query<T>(sql)).rows
    } finally {
      await client.end()
    }
  }

  return {
    pooled: pooler,
    uriOf,
    query,
    async makeBranch({ name, parent, ...options }) {
      const id = `br-tests-${++made}-${randomBytes(3).toString("hex")}`
      const role = `${id.replaceAll("-", "_")}__owner`
      const password = randomBytes(16).toString("hex")
      const branch: NeonBranch = {
        id,
        name,
        parentId: parent?.id,
        createdAt: new Date(),
        protected: false,
        annotation: {},
        role,
        password,
        databases: parent?.databases ?? [],
        operations: ["create_branch", "start_compute"].map((action) => operationOf(id, action)),
        ...options,
      }
      await admin.query(`CREATE ROLE "${role}" LOGIN CREATEDB PASSWORD '${password}'`)
      if (parent) await admin.query(`GRANT "${parent.role}" TO "${role}"`) // what it copies belongs to the parent's
      for (const database of branch.databases) {
        const template = physical(parent!, database)
        await admin.query(`CREATE DATABASE "${physical(branch, database)}" TEMPLATE "${template}" OWNER "${role}"`)
      }
      return branch
    },
    async makeDatabase(branch, name) {
      await admin.query(`CREATE DATABASE "${physical(branch, name)}" OWNER "${branch.role}"`)
      branch.databases = [...branch.databases, name]
    },
    async deleteBranch({ role }) {
      const owned = `SELECT datname FROM pg_database WHERE datdba = (SELECT oid FROM pg_roles WHERE rolname = $1)`
      const { rows } = await admin.query<{ datname: string }>(owned, [role])
      for (const { datname } of rows) await admin.query(`DROP DATABASE "${datname}" WITH (FORCE)`)
      await admin.query(`DROP ROLE "${role}"`)
    },
    async schemaOf(branch, database) {
      const columns = await query<{ line: string }>(
        branch,
        database,
        `SELECT table_name || '.' || column_name || ' ' || data_type AS line FROM information_schema.columns
         WHERE table_schema = 'public' ORDER BY 1`,
      )
      return columns.map(({ line }) => line)
    },
    async databases() {
      const { rows } = await admin.query<{ datname: string }>(`SELECT datname FROM pg_database WHERE NOT datistemplate`)
      return rows.map(({ datname }) => datname)
    },
    async close() {
      direct.close()
      pooler.close()
      await admin.end()
    },
  }
}

export const operationOf = (branchId: string, action: string): Operation => ({
  id: randomUUID(),
  branchId,
  action,
  statuses: ["scheduling", "running", "finished"],
})

/** Passes connections on to a port of loopback. */
async function forward(host: string, port: number) {
  const sockets = new Set<Socket>()
  const counted = { connections: 0 }
  const server = createServer((client) => {
    counted.connections++
    const upstream = connect(port, "127.0.0.1")
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on("error", () => to.destroy()).on("close", () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return Object.assign(counted, {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  })
}
