import { subscribe } from "node:diagnostics_channel"
import { appendFileSync } from "node:fs"
import { calls, type Call } from "../../aws/calls.ts"
import { requestsFile, type RecordedRequest } from "./requests.ts"

/**
 * Loaded before a command that a test starts (`--import`): writes what the command asks of AWS to a file, a request a line,
 * the same request once. At once and in order, so that a command that is killed leaves what it had asked.
 */
const file = process.env[requestsFile]!
const role = process.env.AWS_ROLE_ARN || undefined
const written = new Set<string>()

function write(request: Omit<RecordedRequest, "role">): void {
  const line = JSON.stringify({ role, ...request })
  if (written.has(line)) return
  written.add(line)
  appendFileSync(file, `${line}\n`)
}

subscribe(calls.name, (message) => {
  const { client, operation, region, input } = message as Call
  write({ service: client.replace(/Client$/, ""), operation, region, input: plain(input) as Record<string, unknown> })
})

/** What fetch sends to a registry, which has no client of AWS's. */
subscribe("undici:request:create", (message) => {
  const { method, path } = (message as { request: { method: string; path: string } }).request
  const [, repository, kind] = /^\/v2\/(.+)\/(manifests|blobs|referrers)\//.exec(path) ?? []
  if (!repository || !kind) return
  const upload = path.includes("/blobs/uploads/") ? "uploads" : kind
  write({
    service: "Registry",
    operation: `${method} ${upload}`,
    region: "sa-east-1",
    input: { repositoryName: repository },
  })
})

/** As JSON has it: of bodies nothing, and of secrets nothing but their length. */
function plain(value: unknown, name = ""): unknown {
  if (name === "SecretString") return "*".repeat(String(value).length)
  if (name === "WebIdentityToken") return "*"
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map((one) => plain(one))
  if (name === "Body" || value instanceof Uint8Array) return "(bytes)"
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, key)]))
}
