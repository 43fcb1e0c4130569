import { XMLParser, XMLValidator } from "fast-xml-parser"
import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { describeRecorded } from "../../delivery/records/describe.ts"
import { readRecord } from "../../delivery/records/record.ts"
import { reportHtml } from "../../report/html.ts"
import { escape, timelineSvg } from "../../report/timeline.ts"
import { seen } from "../docs/failure-table.ts"
import { silent, stage, version } from "../delivery/stage.ts"

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
  const svg = timelineSvg(record)
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

test("a record from before steps were kept is drawn without them", () => {
  const times = { startedAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:01:00Z" }
  expect(timelineSvg({ ...times, services: [] } as unknown as Parameters<typeof timelineSvg>[0])).toBe("")
})

test("[report-unknown] a deployment that there is none of is refused", async () => {
  const { target } = await stage()
  await expect(describeRecorded(target, 7)).rejects.toThrow(seen())
  expect(escape(`<a href="x">&'`)).toBe("&#60;a href=&#34;x&#34;&#62;&#38;&#39;")
})
