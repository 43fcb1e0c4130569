import { afterEach, expect, test } from "@jest/globals"
import { ask } from "../src/api/client"
import { Problem } from "../src/api/problem"
import { keepSession, tokenOf } from "../src/session"
import { account } from "./app"
import { serve, type Answer, type Origin, type Reply } from "./server"

let origin: Origin

async function answer(reply: Answer): Promise<Origin> {
  return (origin = await serve({ "GET /config.json": () => [200, { apiBase: "/api/v1" }], "GET /api/v1/thing": reply }))
}

async function problem(options = {}): Promise<Problem> {
  return ask("/thing", options).then(
    () => Promise.reject(new Error("no problem")),
    (error: unknown) => error as Problem,
  )
}

afterEach(async () => {
  keepSession(null)
  await origin.close()
})

test("a problem document gives its detail, its fields and the trace id of the answer", async () => {
  const errors = [{ loc: ["body", "headers", "X-Key"], type: "string_type", detail: "Input should be a string" }]
  await answer(() => [
    422,
    { title: "Unprocessable Content", detail: "The input is not valid", errors },
    { "x-trace-id": "abcdef12" },
  ])
  const { message, status, traceId, fields } = await problem()
  expect({ message, status, traceId }).toEqual({ message: "The input is not valid", status: 422, traceId: "abcdef12" })
  expect(fields).toEqual([{ loc: ["headers", "X-Key"], type: "string_type", detail: "Input should be a string" }])
})

test.each([
  ["a page of the load balancer", 502, "<html><h1>502 Bad Gateway</h1></html>", /it answered 502/],
  ["a success with a page instead of JSON", 200, "<html>", /cannot be read/],
  ["JSON without a detail", 500, { error: "?" }, /it answered 500/],
  ["JSON that is no object", 503, "null", /it answered 503/],
  ["a client's error without a word", 418, "", /answered 418, and did not say why/],
])("%s is a problem in words, never markup", async (_, status, body, words) => {
  await answer(() => [status, body])
  expect((await problem()).message).toMatch(words)
})

test("who asks too often is told how long to wait, once", async () => {
  const replies: Reply[] = [
    [429, "<h1>429</h1>", { "retry-after": "30" }],
    [429, { detail: "Too many attempts. Try again in 30 s" }, { "retry-after": "30" }],
  ]
  await answer(() => replies.shift() ?? [500])
  expect((await problem()).message).toBe("That was too often. Try again in 30 seconds.")
  expect((await problem()).message).toBe("Too many attempts. Try again in 30 s")
})

test("a request that is never answered has the trace id that it was sent with", async () => {
  const { asked } = await answer(() => new Promise(() => {}))
  const { message, status, traceId } = await problem({ timeout: 300 })
  expect(message).toMatch(/took too long/)
  expect(status).toBeUndefined()
  expect(asked.at(-1)?.headers["x-trace-id"]).toBe(traceId)
})

test("a platform that cannot be reached is a problem with a trace id", async () => {
  await answer(() => [200, {}])
  await ask("/thing")
  await origin.close()
  const { message, traceId } = await problem()
  expect(message).toMatch(/cannot be reached/)
  expect(traceId).toMatch(/^[0-9a-f]{32}$/)
})

test("a caller who no longer wants the answer gets no problem to show", async () => {
  await answer(() => new Promise(() => {}))
  const controller = new AbortController()
  const asked = ask("/thing", { signal: controller.signal })
  controller.abort()
  await expect(asked).rejects.not.toBeInstanceOf(Problem)
})

test("the token goes in the Authorization header and nowhere else", async () => {
  keepSession({ token: "s3cret", account })
  const { asked } = await answer(() => [200, {}])
  await ask("/thing", { query: { q: undefined } })
  const { headers, ...rest } = asked.at(-1) ?? { headers: {} }
  expect(headers.authorization).toBe("Bearer s3cret")
  expect(JSON.stringify(rest) + JSON.stringify({ ...headers, authorization: "" })).not.toContain("s3cret")
})

test("401 ends the session", async () => {
  keepSession({ token: "old", account })
  await answer(() => [401, { detail: "The token has expired" }])
  await problem()
  expect(tokenOf()).toBeUndefined()
  expect(sessionStorage.length).toBe(0)
})
