import { expect, test } from "vitest"
import { readLogs } from "../../delivery/logs.ts"
import { logsJson, logsText } from "../../report/log-lines.ts"
import { stage } from "./stage.ts"

const entry = (message: string, more: object = {}) => JSON.stringify({ time: "…", level: "INFO", message, ...more })

/** An environment whose services have said something, at seconds from a start. */
async function said(...lines: [service: string, second: number, text: string][]) {
  const { target } = await stage()
  const logs = await target.aws.logs()
  const start = Date.now() - 60_000
  const streams = new Map<string, number>()
  for (const [service, second, message] of lines) {
    const logGroupName = target.infrastructure.logGroups[service]!
    const logStreamName = `${service}/app/${(streams.get(service) ?? 0) + 1}` // each line by a task of its own
    streams.set(service, (streams.get(service) ?? 0) + 1)
    await logs.createLogGroup({ logGroupName }).catch(() => undefined)
    await logs.createLogStream({ logGroupName, logStreamName })
    const logEvents = [{ timestamp: start + second * 1000, message: `${message}\n` }]
    await logs.putLogEvents({ logGroupName, logStreamName, logEvents })
  }
  const services = target.platform.services.filter(({ name }) => streams.has(name))
  const read = (more: object = {}) => readLogs(target, { services, from: start - 1000, limit: 100, ...more })
  return { read, start }
}

test("the lines of all tasks of all services come in their order, and of one request alone", async () => {
  const { read, start } = await said(
    ["catalog", 2, entry("second", { trace_id: "abc123" })],
    ["auth", 1, entry("first", { trace_id: "abc123" })],
    ["auth", 3, "Traceback (most recent call last):"],
  )
  const lines = await read()
  expect(lines.map(({ service, at }) => [service, at - start])).toEqual([
    ["auth", 1000],
    ["catalog", 2000],
    ["auth", 3000],
  ])
  const traced = await read({ trace: "abc123" })
  expect(logsText(traced, { trace: "abc123" }).split("\n")).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} {3}\+0\.000 s auth {4}INFO {5}first$/),
    expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} {3}\+1\.000 s catalog INFO {5}second$/),
  ])
  expect((await read({ limit: 1 })).map(({ text }) => text)).toEqual(["Traceback (most recent call last):"])
})

test("for programs each line is JSON, of what is none, too", () => {
  const lines = [
    { service: "auth", at: 0, text: entry("hello", { trace_id: "a" }) },
    { service: "proxy", at: 1000, text: "Killed" },
  ]
  expect(
    logsJson(lines)
      .split("\n")
      .map((line) => JSON.parse(line) as object),
  ).toEqual([
    { service: "auth", time: "…", level: "INFO", message: "hello", trace_id: "a" },
    { service: "proxy", time: "1970-01-01T00:00:01.000Z", message: "Killed" },
  ])
  expect(logsText([], {})).toBe("No line was found.")
})

test("a log that cannot be read is refused by its name", async () => {
  const { target } = await stage()
  target.infrastructure.logGroups = { auth: "/no/such/group" }
  const services = target.platform.services.slice(0, 1)
  await expect(readLogs(target, { services, from: 0, limit: 10 })).rejects.toThrow(
    /^refused: the log \/no\/such\/group/,
  )
})
