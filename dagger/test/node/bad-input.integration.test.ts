import { rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { seen } from "../docs/failure-table.ts"
import { manifest } from "../platform/manifests.ts"
import { edit, workingCopy } from "../working-copy.ts"
import { cathouse } from "./cathouse.ts"

/** Runs a command that has to be refused: in words, with the outcome's exit code, and with nothing left running. */
async function refusal(root: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const { exitCode, stderr, stdout, left } = await cathouse(root, args, env)
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m)
  expect(stdout).toBe("")
  expect(exitCode).toBe(2)
  expect(left).toEqual([])
  return stderr
}

test("[environment-unknown] an unknown environment is refused with the choices", async () => {
  const words = await refusal(await workingCopy(), ["deploy", "--env", "moon"])
  expect(words).toMatch(seen())
  expect(words).toContain("Expected one of: local, staging, production (platform.json).")
})

test("[service-unknown] an unknown service is refused with the choices", async () => {
  const words = await refusal(await workingCopy(), ["build", "--service", "cats"])
  expect(words).toMatch(seen())
  expect(words).toContain('refused: unknown service "cats".\n  Expected one of: auth, catalog, installation, proxy.')
})

test("[platform-invalid] a manifest with a duplicate path is refused", async () => {
  const root = await workingCopy()
  await writeFile(
    join(root, "platform.json"),
    manifest((platform) => (platform.services.proxy!.path = "/api/v1/auth")),
  )
  const words = await refusal(root, ["deploy"])
  expect(words).toMatch(seen())
  expect(words).toContain("\n  services.proxy.path: /api/v1/auth is taken by auth")
})

test("[service-missing] a service whose folder is missing is refused", async () => {
  const root = await workingCopy()
  await rm(join(root, "services", "catalog"), { recursive: true })
  const words = await refusal(root, ["deploy"])
  expect(words).toMatch(seen())
  expect(words).toContain("services/catalog/Dockerfile not found")
})

test("[working-copy-missing] a folder that is not a working copy is refused", async () => {
  const root = await workingCopy()
  await rm(join(root, "platform.json"))
  expect(await refusal(root, ["deploy"])).toMatch(seen())
})

test("a port in use is refused", async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const words = await refusal(await workingCopy(), ["up", "--once", "--port", String(port)])
  expect(words).toContain(`refused: port ${port} is in use.`)
})

test.each(["0", "cat", "65536"])("--port %s is refused before anything is started", async (port) => {
  expect(await refusal(await workingCopy(), ["up", "--port", port])).toContain("Expected a port, 1 to 65535.")
})

test("[aws-silent] AWS out of reach is refused", async () => {
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "y" }
  const words = await refusal(await workingCopy(), ["deploy", "--env", "staging"], env)
  expect(words).toMatch(seen())
  expect(words).toContain("refused: AWS at http://127.0.0.1:9 does not answer: connect ECONNREFUSED 127.0.0.1:9")
})

test("[local-down] what would be done to a platform that is not up is refused", async () => {
  expect(await refusal(await workingCopy(), ["rollback", "--env", "local"])).toMatch(seen())
})

test("rollback-verify refuses production before it looks at AWS", async () => {
  const words = await refusal(await workingCopy(), ["rollback-verify", "--env", "production"])
  expect(words).toContain("refused: rollback-verify breaks a service on purpose, and does not do that in production.")
})

test("a migration that fails is refused, shows its log, and leaves nothing running", async () => {
  const root = await workingCopy()
  await edit(root, "services/auth/migrations/env.py", (text) =>
    text.replace(/^ +migrate\(\)$/m, '    raise SystemExit("no cats in this migration")'),
  )
  const words = await refusal(root, ["deploy"])
  expect(words).toContain("refused: the migration exited with 1.\n  | no cats in this migration")
})
