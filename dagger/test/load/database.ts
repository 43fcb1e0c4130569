import { randomBytes } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startPostgres, type Postgres } from "../../node/processes/postgres.ts"

/** PostgreSQL at an address that stays, whose server can be killed and started again. */
export async function startDatabase() {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-load-database-"))
  const kept = { folder, password: randomBytes(16).toString("hex") }
  let postgres: Postgres | undefined = await startPostgres({ kept })
  const { port: firstPort } = new URL(postgres.url)
  let port = Number(firstPort)
  const open = new Set<Socket>()
  // Each start has a port of its own, and the services keep the one that they were given.
  const proxy = createServer((incoming) => {
    const upstream = connect(port, "127.0.0.1")
    for (const [one, other] of [
      [incoming, upstream],
      [upstream, incoming],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on("error", () => other.destroy())
      one.on("close", () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve))
  const address = proxy.address() as { port: number }
  const stop = async () => {
    await postgres?.close()
    postgres = undefined
  }
  return {
    url: postgres.url.replace(`:${port}/`, `:${address.port}/`),
    /** As if the power went: nothing is written any more. */
    async crash() {
      const [pid] = (await readFile(join(folder, "postmaster.pid"), "utf8")).split("\n")
      process.kill(Number(pid), "SIGKILL")
      await stop()
    },
    async start() {
      postgres = await startPostgres({ kept })
      port = Number(new URL(postgres.url).port)
    },
    async close() {
      proxy.close()
      for (const socket of open) socket.destroy()
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
