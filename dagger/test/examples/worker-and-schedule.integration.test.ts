import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { seen } from "../docs/failure-table.ts"
import { cathouse, startInTerminal } from "../node/cathouse.ts"
import { rowOf } from "../node/table.ts"
import { edit } from "../working-copy.ts"
import { copyExample } from "./example.ts"

test("a worker and a job are deployed beside a web service, run, and put back", async () => {
  const root = await copyExample("worker-and-schedule")
  const terminal = startInTerminal(root, ["up"])
  await vi.waitUntil(() => terminal.seen().includes("until Ctrl-C"), { timeout: 150_000 })
  const [, url] = /Services +(http:\S+)\//.exec(terminal.seen())!
  expect(await (await fetch(`${url}/`)).json()).toEqual({ letters: 3 })
  expect((await fetch(`${url}/any`)).status).toBe(401)

  const verified = await cathouse(root, ["verify"])
  expect(verified.exitCode, verified.stderr).toBe(0)
  expect(rowOf(verified.stdout, "desk")).toContain("1 of 1")
  expect(rowOf(verified.stdout, "clerk")).toContain("1 of 1")
  expect((await cathouse(root, ["logs", "--service", "clerk"])).stdout).toContain("sorted the letters")

  const ran = await cathouse(root, ["run", "--job", "report"])
  expect(ran.exitCode, ran.stderr).toBe(0)
  expect(ran.stderr).toMatch(/report: 3 letters in local, as version [0-9a-f]{64} counts them/)
  expect(ran.stdout).toMatch(/^report of version [0-9a-f]{12} succeeded in local\.$/m)
  expect((await cathouse(root, ["logs", "--service", "desk"])).stdout).toContain("3 letters in local")

  await edit(root, "services/clerk/worker.js", (text) => `throw new Error("on holiday")\n${text}`)
  const broken = await cathouse(root, ["deploy"])
  expect(broken.exitCode).toBe(3)
  expect(broken.stderr).toMatch(/\nrolled-back: clerk did not start; every service serves what it served before/)
  expect(broken.stderr).toContain("| Error: on holiday")
  await edit(root, "services/clerk/worker.js", (text) => text.replace(/^.*\n/, ""))

  await edit(root, "services/desk/report.js", (text) => `throw new Error("no ink")\n${text}`)
  expect((await cathouse(root, ["deploy"])).exitCode).toBe(0)
  const failed = await cathouse(root, ["run", "--job", "report"])
  expect(failed.exitCode).toBe(6)
  expect(failed.stderr).toMatch(seen("job-fails"))
  expect(failed.stderr).toContain("Error: no ink")

  expect((await cathouse(root, ["rollback"])).exitCode).toBe(0)
  expect((await cathouse(root, ["run", "--job", "report"])).exitCode).toBe(0)
  terminal.interrupt()
  expect((await terminal.ended).left).toEqual([])
})

test("a worker's own check is run beside it, and a worker that fails it is put back", async () => {
  const root = await copyExample("worker-and-schedule")
  const checked = (file: string) => (text: string) =>
    text.replace(
      '"clerk": {',
      `"clerk": { "healthCheck": { "command": ["node", "${file}"], "startPeriod": 0, "interval": 5 },`,
    )
  await edit(root, "platform.json", checked("no-such-check.js"))
  const sick = await cathouse(root, ["deploy"])
  expect(sick.exitCode).toBe(3)
  expect(sick.stderr).toContain("Task failed container health checks")
  await edit(root, "platform.json", (text) => text.replace("no-such-check.js", "check.js"))
  await writeFile(join(root, "services", "clerk", "check.js"), "process.exit(process.env.PAUSE_SECONDS ? 0 : 1)\n")
  const well = await cathouse(root, ["deploy"])
  expect(well.exitCode, well.stderr).toBe(0)
})
