import { createServer } from "node:http"
import pg from "pg"

const { HOST = "0.0.0.0", PORT = "3000", SERVICE_VERSION = "unknown", DATABASE_URL } = process.env

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
pool.on("error", (error) => console.log(JSON.stringify({ level: "ERROR", message: error.message })))

/** What each path answers; the database is no reason to end the process, so that `live` does not ask it. */
const answers = {
  "/shelf/live": async () => ({}),
  "/shelf/health": async () => {
    await pool.query("SELECT 1")
    return { version: SERVICE_VERSION }
  },
  "/shelf": async () => (await pool.query("SELECT title FROM books ORDER BY id")).rows,
}

const server = createServer(async (request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
  if (request.url === "/shelf")
    console.log(JSON.stringify({ level: "INFO", path: request.url, trace_id: request.headers["x-trace-id"] }))
  try {
    const find = answers[request.url]
    return find ? answer(200, await find()) : answer(404, { detail: "no such shelf" })
  } catch (error) {
    console.log(JSON.stringify({ level: "ERROR", message: error.message }))
    answer(503, { detail: "the database does not answer" })
  }
})
server.listen(Number(PORT), HOST)
process.on("SIGTERM", () => {
  server.close(() => void pool.end())
  server.closeIdleConnections()
})
