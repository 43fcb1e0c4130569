import { chmod, mkdtemp, readdir, rm } from "node:fs/promises"
import { readlinkSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test, vi } from "vitest"
import { breakages } from "../../delivery/rollback-verify/breakage.ts"
import { customaryPorts, listen } from "../../local-cloud/ports.ts"
import { seen } from "../docs/failure-table.ts"
import { noticedAs } from "../noticed-as.ts"
import { edit, hurry, workingCopy } from "../working-copy.ts"
import { ApiClient } from "../journey/api.ts"
import { cathouse, start, startInTerminal } from "./cathouse.ts"
import { family } from "./processes.ts"
import { rowOf } from "./table.ts"

/** Makes a service, at the end of its `app/main.py`, fail all but its health. */
const answers500 = `
_create_app = create_app


def create_app(settings):
    app = _create_app(settings)

    @app.middleware("http")
    async def fail(request, call_next):
        from starlette.responses import Response

        return await call_next(request) if "/health" in request.url.path else Response(status_code=500)

    return app
`

const dataFolders = async (temporary: string) =>
  (await readdir(temporary)).filter((name) => name.startsWith("cat-house-postgres-"))

test("up --once deploys four services and the site, off a customary port that is taken, and leaves no process behind", async () => {
  const server = createServer()
  // Where another program has it already, that will do.
  await listen(server, customaryPorts.site).catch(() => undefined)
  onTestFinished(() => void server.close())
  const { exitCode, stdout, stderr, started, left } = await cathouse(await workingCopy(), ["up", "--once"])
  expect(stderr).toContain("Running upgrade  -> ")
  expect(stderr).toContain(`(in use: ${customaryPorts.site}`)
  expect(stdout).toMatch(/Open +http:\/\/127\.0\.0\.1:(?!19006)\d+\n/)
  expect(stdout).toMatch(/The site serves release [0-9a-f]{12}: \d+ files uploaded/)
  for (const service of ["auth", "catalog", "installation", "proxy"]) {
    expect(rowOf(stdout, service).slice(2, 5)).toEqual([`${service}:2`, "1 of 1", "healthy"])
  }
  expect(exitCode).toBe(0)
  // The command itself, PostgreSQL, ministack, the migration and four services, at the least.
  expect(started).toBeGreaterThanOrEqual(8)
  expect(left).toEqual([])
})

test("Ctrl-C in the middle of a deploy, of the services alone, leaves no process behind", async () => {
  const { child, ended } = start(await workingCopy(), ["up", "--once", "--no-site"])
  let seen = ""
  child.stderr!.on("data", (chunk: Buffer) => (seen += chunk.toString()))
  await vi.waitUntil(() => seen.includes("rolling out"), { timeout: 120_000 })
  child.kill("SIGINT")
  expect(await ended).toMatchObject({ exitCode: 130, left: [] })
  expect(seen).not.toContain("site:")
})

test("a platform whose command was killed outright leaves no process and no data behind", async () => {
  const temporary = await mkdtemp(join(tmpdir(), "cat-house-killed-"))
  onTestFinished(() => rm(temporary, { recursive: true }))
  // PostgreSQL, which runs as another user where this one is root, has to enter it.
  await chmod(temporary, 0o755)
  const { child, ended } = start(await workingCopy(), ["up", "--once"], { TMPDIR: temporary })
  let seen = ""
  child.stderr!.on("data", (chunk: Buffer) => (seen += chunk.toString()))
  await vi.waitUntil(() => seen.includes("rolling out"), { timeout: 120_000 })
  expect(await dataFolders(temporary)).toHaveLength(1)
  child.kill("SIGKILL")
  expect(await ended).toMatchObject({ exitCode: null, left: [] })
  expect(await dataFolders(temporary)).toEqual([])
})

test("every breakage is rolled back, without a failed request to the other services", async () => {
  const root = await workingCopy()
  await hurry(root)
  const { exitCode, stdout } = await cathouse(root, ["rollback-verify"])
  expect(exitCode).toBe(0)
  for (const breakage of breakages) {
    const [, noticed, , requests, failed, othersRequests, othersFailed] = rowOf(stdout, breakage)
    expect(noticed).toMatch(noticedAs[breakage])
    if (["errors", "leak"].includes(breakage)) expect(Number(failed)).toBeGreaterThan(0)
    // A request that waits for a slow task may be cut off as that is stopped.
    else if (breakage !== "slow") expect(failed).toBe("0")
    expect(Number(requests)).toBeGreaterThan(10)
    expect(Number(othersRequests)).toBeGreaterThan(30)
    expect(othersFailed).toBe("0")
  }
})

test("a canary that fails its users is ended while most are served by the old tasks", async () => {
  const root = await workingCopy()
  const strategy = '"strategy": { "type": "canary", "percent": 10, "minutes": 10 }'
  await hurry(root, (text) => text.replace('"local": true,', `"local": true, ${strategy},`))
  const { exitCode, stdout } = await cathouse(root, ["rollback-verify", "--breakage", "errors"])
  expect(exitCode).toBe(0)
  const [, noticed, , requests, failed, , othersFailed] = rowOf(stdout, "errors")
  expect(noticed).toMatch(/^new tasks: (\d+) of \1 requests failed \(100 %\); the old ones 0 of \d+ \(0 %\)/)
  expect(Number(failed) / Number(requests)).toBeLessThan(0.2)
  expect(othersFailed).toBe("0")
})

test("[local-up-twice] a platform that is up is deployed to from beside it", async () => {
  const root = await workingCopy()
  const terminal = startInTerminal(root, ["up"])
  await vi.waitUntil(() => /Open +http/.test(terminal.seen()), { timeout: 240_000 })
  const told = terminal.seen()
  expect(told.indexOf("Services ")).toBeLessThan(told.search(/Open +http/))

  expect((await cathouse(root, ["up"])).stderr).toMatch(seen())

  const [, url] = /Open +(http:\S+)/.exec(told)!
  expect(await (await fetch(`${url}/about`)).text()).toContain("Cat House</title>")
  const page = (await (await fetch(`${url}/api/v1/catalog/entries`)).json()) as { items: { slug: string }[] }
  expect(page.items.map(({ slug }) => slug)).toContain("echo")

  const following = start(root, ["logs", "--follow", "--service", "catalog", "--format", "json"])
  const { promise: followed, resolve } = Promise.withResolvers<void>()
  let lines = ""
  following.child.stdout!.on("data", (chunk: Buffer) => {
    lines += chunk.toString()
    if (lines.includes("followed-by-a-test")) resolve()
  })
  await fetch(`${url}/api/v1/catalog/entries`, { headers: { "X-Trace-ID": "followed-by-a-test" } })
  await followed
  following.child.kill("SIGINT")
  expect(await following.ended).toMatchObject({ exitCode: 0, left: [] })
  expect(lines.match(/"trace_id":"followed-by-a-test"/g)).toHaveLength(1)

  const again = await cathouse(root, ["deploy"])
  expect(again.stdout.match(/\| unchanged/g)).toHaveLength(4)
  expect(again.stdout).toContain("Nothing to deploy")

  await edit(root, "services/catalog/app/main.py", (text) => `${text}\n# a change\n`)
  const changed = await cathouse(root, ["deploy"])
  expect(rowOf(changed.stdout, "catalog")[2]).toBe("catalog:3")
  expect(changed.stdout.match(/\| unchanged/g)).toHaveLength(3)

  await edit(root, "services/proxy/app/main.py", (text) => `raise RuntimeError("no proxy today")\n${text}`)
  const broken = await cathouse(root, ["deploy"])
  expect(broken.exitCode).toBe(3)
  expect(broken.stderr).toMatch(/\nrolled-back: proxy did not start; every service serves what it served before/)
  expect(broken.stderr).toMatch(/task [0-9a-f]{8}… exited with 1.*, and 2 more the same way\n/)
  expect(broken.stderr).toMatch(
    /\| +File "services\/proxy\/app\/main.py", line 1, in <module>\n.*\n {2}\| RuntimeError: no/,
  )

  // Health answers 200, and everything else 500.
  await edit(root, "services/proxy/app/main.py", (text) => text.replace(/^raise RuntimeError.*\n/, ""))
  await edit(root, "services/catalog/app/main.py", (text) => `${text}${answers500}`)
  const failing = await cathouse(root, ["deploy"])
  expect(failing.exitCode).toBe(3)
  expect(failing.stderr).toMatch(seen("smoke-fails"))
  expect(failing.stderr).toMatch(/\n {2}.*\/entries answers 500/)
  expect((await fetch(`${url}/api/v1/catalog/entries`)).status).toBe(200)
  expect((await cathouse(root, ["verify"])).stderr).toContain("catalog: passes its smoke tests")
  await edit(root, "services/catalog/app/main.py", (text) => text.replace(answers500, ""))

  const task = family(terminal.pid).find(({ pid }) => readlinkSync(`/proc/${pid}/cwd`).endsWith("/auth"))
  process.kill(task!.pid, "SIGKILL")
  await vi.waitUntil(() => terminal.seen().includes("auth: 1 of 1 running again"), { timeout: 150_000 })
  expect(terminal.seen()).toMatch(/auth: task [0-9a-f]{8}… exited with 137 after \d+ s/)

  terminal.interrupt()
  expect(await terminal.ended).toMatchObject({ left: [] })
})

test("the API serves although the website cannot be built, and says so", async () => {
  const root = await workingCopy()
  await edit(root, "frontend/src/config.ts", (text) => `import "./no-such-file"\n${text}`)
  const terminal = startInTerminal(root, ["up"])
  await vi.waitUntil(() => terminal.seen().includes("website is not there"), { timeout: 240_000 })
  expect(terminal.seen()).toMatch(/no-such-file/)
  const [, url] = /Deployment 1: (http:\S+)/.exec(terminal.seen())!
  expect((await fetch(`${url}/api/v1/catalog/entries`)).status).toBe(200)
  terminal.interrupt()
  expect(await terminal.ended).toMatchObject({ left: [] })
})

test("up --keep has what its last life had: an account logs in, and an entry is still called", async () => {
  const root = await workingCopy()
  await chmod(root, 0o755) // root's PostgreSQL runs as somebody else
  const live = async (use: (url: string) => Promise<void>) => {
    const terminal = startInTerminal(root, ["up", "--keep", "--no-site"])
    await vi.waitUntil(() => terminal.seen().includes("until Ctrl-C"), { timeout: 150_000 })
    await use(/Deployment \d+: (http:\S+)/.exec(terminal.seen())![1]!)
    terminal.interrupt()
    expect(await terminal.ended).toMatchObject({ left: [] })
  }
  const who = { email: "kept@cats.example", password: "a long password" }
  const configuration = { headers: { "X-Kept": "yes" } }
  let installed: { id: string }
  await live(async (url) => {
    const api = new ApiClient(url, "kept-by-a-test")
    await api.call("POST", "auth/register", who)
    await api.logIn(who)
    const { items } = await api.call<{ items: { id: string; slug: string }[] }>("GET", "catalog/entries")
    const echo = items.find(({ slug }) => slug === "echo")!
    installed = await api.call("PUT", `installation/entries/${echo.id}`, configuration)
  })
  await live(async (url) => {
    const api = new ApiClient(url, "kept-by-a-test")
    await api.logIn(who)
    expect(await api.call("GET", `proxy/${installed.id}/`)).toMatchObject({ headers: { "x-kept": "yes" } })
  })
})
