import { XMLParser, XMLValidator } from "fast-xml-parser"
import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { describeRecorded } from "../../delivery/records/describe.ts"
import { listAttempts } from "../../delivery/records/attempt.ts"
import { readRecord } from "../../delivery/records/record.ts"
import { reportHtml } from "../../report/html.ts"
import { escape, timelineSvg } from "../../report/timeline.ts"
import { seen } from "../docs/failure-table.ts"
import { intercept, silent, stage, version } from "../delivery/stage.ts"

const create = { id: "0001", sql: "CREATE TABLE cats (id INT);" }
const add = { id: "0002", sql: "ALTER TABLE cats ADD name TEXT DEFAULT '<b>';" }
const key = `${"A".repeat(43)}=`

test("a page tells what a deployment changed against the one before it, and no secret's value", async () => {
  const { target } = await stage()
  await deploy(target, { ...version("aaa"), migrations: async () => [create] }, silent)
  const commit = { sha: "4f".repeat(20), branch: "develop", changed: true }
  const next = { ...version("bbb", { proxy: "aaa" }), migrations: async () => [create, add], commit }
  await deploy(target, { ...next, secrets: { ENCRYPTION_KEY: key } }, silent)
  const html = reportHtml(target, await describeRecorded(target, undefined))
  expect(html).toContain("<h1>local: deployment 2</h1>")
  expect(html).toMatch(/auth.*<code>aaa<\/code> → <code>bbb<\/code>.*changed/)
  expect(html).toContain("<code>4f4f4f4f4f4f</code> with changes")
  expect(html).toContain("New values: <code>ENCRYPTION_KEY</code>")
  expect(html).toContain("ADD name TEXT DEFAULT &#39;&#60;b&#62;&#39;;")
  expect(html).not.toContain("CREATE TABLE")
  expect(html).not.toContain(key)
  expect(html).not.toMatch(/<script|src=|@import|url\(/)
  expect(reportHtml(target, await describeRecorded(target, 1))).toContain("From nothing to 0001.")
})

test("the timeline is to scale: each step and roll-out begins and ends where it did", async () => {
  const { target } = await stage()
  await deploy(target, version("aaa"), silent)
  const record = await readRecord(target, 1)
  const { startedAt, finishedAt, steps, services } = record
  const svg = timelineSvg({ startedAt, finishedAt, steps: steps!, rollOuts: services })
  expect(XMLValidator.validate(svg)).toBe(true)
  const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === "rect" })
  const { rect } = (parser.parse(svg) as { svg: { rect: Record<string, string>[] } }).svg
  const total = (Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000
  const rollOut = record.steps!.find(({ name }) => name === "roll out")!
  const drawn = rect.find(({ title }) => title!.startsWith("roll out"))!
  expect(Number(drawn["@_width"])).toBeCloseTo((rollOut.seconds / total) * 850, 0)
  expect(rect.map(({ title }) => title!.split(":")[0])).toEqual(expect.arrayContaining(["preflight", "auth", "verify"]))
  for (const bar of rect) expect(Number(bar["@_x"]) + Number(bar["@_width"])).toBeLessThanOrEqual(1002)
})

test("a deploy that was rolled back is drawn, with its causes, the tasks that failed, and the put-back", async () => {
  const { target } = await stage({ bbb: { status: 500 } })
  await deploy(target, version("aaa"), silent)
  await expect(deploy(target, version("aaa", { proxy: "bbb" }), silent)).rejects.toThrow("rolled-back: proxy")
  const described = await describeRecorded(target, undefined)
  const html = reportHtml(target, described)
  expect(html).toContain("Failed, and rolled back: what ran before serves again, verified")
  expect(html).toMatch(/<pre class="causes">proxy did not start.*\n.*health check/i)
  expect(html).toContain("<code>aaa</code> → <code>bbb</code>")
  const titles = [...html.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title!)
  expect(titles).toContainEqual(expect.stringMatching(/^roll out: [\d.]+ s, failed$/))
  expect(titles).toContainEqual(expect.stringMatching(/^put back: [\d.]+ s$/))
  expect(titles).toContainEqual(expect.stringMatching(/^proxy at [\d.]+ s: 1 of 1 running, 0 pending, 0 failed$/))
  expect(titles).toContainEqual(expect.stringMatching(/^proxy at [\d.]+ s: [3-9] failed$/))
  expect(html).toMatch(/<tr class="bad"><td>[\d.]+ s<\/td><td>proxy<\/td><td class="text">ECS rolled it back/)
  // The deployment before is drawn by its number, as it went.
  const first = reportHtml(target, await describeRecorded(target, 1))
  expect(first).toContain("<h1>local: deployment 1</h1>")
  expect(first).toMatch(/<title>proxy at [\d.]+ s: 1 of 1 running, 0 pending, 0 failed<\/title>/)
})

test("a deploy that was refused is drawn with its reason", async () => {
  const { target } = await stage()
  await expect(deploy(target, { ...version("aaa"), secrets: { JWT_SECRET: "short" } }, silent)).rejects.toThrow()
  const html = reportHtml(target, await describeRecorded(target, undefined))
  expect(html).toContain("Refused: no service was touched")
  expect(html).toContain("is shorter than 32 bytes")
  expect(html).toMatch(/<title>preflight: [\d.]+ s, failed<\/title>/)
  expect(html).not.toContain("<h2>Services</h2>")
})

test("as many attempts are kept as the history has deployments, and a deploy stands where they cannot be", async () => {
  const { target, progress, lines } = await stage()
  target.platform.history.deployments = 2
  await deploy(target, version("aaa"), silent)
  await deploy(target, version("bbb"), silent)
  await deploy(target, version("ccc"), silent)
  expect(await listAttempts(target)).toHaveLength(2)
  await intercept(
    target,
    async (command, next, { Key }) => {
      if (command === "PutObject" && String(Key).startsWith("attempts/")) throw new Error("disk full")
      return next()
    },
    "s3",
  )
  await deploy(target, version("ddd"), progress)
  expect(lines).toContain("record: how this went is not kept for a report: disk full")
})

test("a record from before steps were kept is drawn without them", () => {
  const times = { startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:01:00Z" }
  expect(timelineSvg({ ...times, steps: [], rollOuts: [] })).toBe("")
})

test("[report-unknown] a deployment that there is none of is refused", async () => {
  const { target } = await stage()
  await expect(describeRecorded(target, 7)).rejects.toThrow(seen())
  expect(escape(`<a href="x">&'`)).toBe("&#60;a href=&#34;x&#34;&#62;&#38;&#39;")
})
