import { createServer } from "node:http"

const { HOST = "0.0.0.0", PORT = "3000", GREETING = "Hello", SERVICE_VERSION = "unknown" } = process.env

const server = createServer((request, response) => {
  const trace = request.headers["x-trace-id"]
  if (request.url === "/healthz") {
    return response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ version: SERVICE_VERSION }))
  }
  console.log(JSON.stringify({ level: "INFO", path: request.url, trace_id: trace }))
  response.writeHead(200, { "content-type": "text/plain" }).end(`${GREETING}\n`)
})
server.listen(Number(PORT), HOST)
process.on("SIGTERM", () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
