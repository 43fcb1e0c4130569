import type { Behaviour } from "./behaviour.ts"

/** What is done before users are answered; `value` is the behaviour's. */
const before = { none: "", wait: "await new Promise((end) => setTimeout(end, value * 1000))", leak: "leak(value)" }

/** A server that listens where the service would, in Node.js. */
export const nodeServer = ({ said, health, users, first, value, route }: Behaviour): string => `
const value = ${value}
const held = []
const leak = (memory) => {
  held.push(Buffer.alloc(Math.floor(memory / 1500), "x"))
  // Fargate ends a container that uses its memory up; where nothing does, it ends itself, in the same way.
  if (process.memoryUsage().rss >= memory) process.kill(process.pid, "SIGKILL")
}
const version = process.env.SERVICE_VERSION ?? ""
const answer = async (request, response) => {
  request.resume()
  const isHealth = ${JSON.stringify(route.healthPaths)}.includes(request.url.split("?")[0])
  if (!isHealth) {
    ${before[first]}
  }
  response.writeHead(isHealth ? ${health} : ${users}, { ${JSON.stringify(route.versionHeader)}: version, "content-type": "application/json" })
  response.end(JSON.stringify({ status: "ok", ${JSON.stringify(route.versionField)}: version, database: "ok" }))
}
console.log(${JSON.stringify(said)})
const { HOST: host, PORT = ${route.port} } = process.env
import("node:http").then(({ createServer }) => createServer(answer).listen({ port: Number(PORT), host }))
`
