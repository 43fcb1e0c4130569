import { createServer } from "node:http"
import { timingSafeEqual } from "node:crypto"

const { HOST = "0.0.0.0", PORT = "3000", SERVICE_VERSION = "unknown", API_TOKEN = "" } = process.env

const knows = (header = "") => {
  const [given, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${API_TOKEN}`)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

const server = createServer((request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
  if (request.url === "/health") return answer(200, { version: SERVICE_VERSION })
  console.log(JSON.stringify({ level: "INFO", path: request.url, trace_id: request.headers["x-trace-id"] }))
  if (request.url === "/") return answer(200, { letters: 3 })
  if (!knows(request.headers.authorization)) return answer(401, { detail: "expected the token of API_TOKEN" })
  answer(404, { detail: "no such letter" })
})
server.listen(Number(PORT), HOST)
process.on("SIGTERM", () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
