import { expect, test } from "vitest"
import type { Health } from "../../../platform/service.ts"
import { judgeAnswer, judgeTargets } from "../../../delivery/ecs/health.ts"

/** A service with such a health. */
const shop = (health: Health) => ({ name: "shop", route: { health } })

const inJson = { path: "/shop/health", live: "/shop/health/live", version: { json: "version" } }

/** An answer over HTTP. */
const answered = ({
  status,
  body,
  text = JSON.stringify(body ?? {}),
  type = "application/json",
  headers = {},
}: {
  status: number
  body?: object
  text?: string
  type?: string
  headers?: Record<string, string>
}) => ({ status, type, body: text, headers: new Headers(headers) })

const ok = { status: "ok", version: "aaa", database: "ok" }

test.each([
  ["the expected version is healthy", 200, ok, undefined],
  [
    "another version is not, though it is well",
    200,
    { ...ok, version: "bbb" },
    "health answers version bbb, expected aaa",
  ],
  [
    "an answer without a version is not",
    200,
    { status: "ok" },
    "health answers version none in the field version of JSON, expected aaa",
  ],
  [
    "an error is not",
    503,
    { status: "unavailable", database: "unreachable" },
    "health answers 503: unavailable, database unreachable",
  ],
])("%s", (_, status, body, problem) =>
  expect(judgeAnswer(answered({ status, body }), shop(inJson), "aaa")).toBe(problem),
)

test.each([
  ["a version below other fields is found", { body: { build: { version: "aaa" } } }, "build.version", undefined],
  ["a version in a header is found", { headers: { "x-version": "aaa" } }, undefined, undefined],
  [
    "a header with another version is told",
    { headers: { "x-version": "bbb" } },
    undefined,
    "health answers version bbb, expected aaa",
  ],
  [
    "an answer without the header is told",
    {},
    undefined,
    "health answers version none in the header X-Version, expected aaa",
  ],
  [
    "an answer that is no JSON is told",
    { text: "ok", type: "text/plain" },
    "version",
    "health answers version none in the field version of JSON, expected aaa",
  ],
  [
    "a page is no health, whoever answers 200 with it",
    { text: "<!doctype html>", type: "text/html; charset=utf-8" },
    "version",
    "health answers a page (text/html; charset=utf-8): /shop/health is no health route, correct services.shop.health.path in platform.json",
  ],
])("%s", (_, answer, field, problem) => {
  const health = { ...inJson, version: field === undefined ? { header: "X-Version" } : { json: field } }
  expect(judgeAnswer(answered({ status: 200, ...answer }), shop(health), "aaa")).toBe(problem)
})

test("where the answer does not tell the version, 200 is enough, and an error is told in its words", () => {
  const health = { path: "/shop/health", live: "/shop/health" }
  expect(judgeAnswer(answered({ status: 200, text: "fine", type: "text/plain" }), shop(health), "aaa")).toBeUndefined()
  expect(
    judgeAnswer(answered({ status: 500, text: "no disk\nat line 4", type: "text/plain" }), shop(health), "aaa"),
  ).toBe("health answers 500: no disk")
})

const state = (State: "healthy" | "initial" | "draining", Description?: string) => ({
  TargetHealth: { State, Description },
})

test.each([
  ["enough healthy targets", [state("healthy")], undefined],
  [
    "an old target that drains does not count as healthy",
    [state("draining", "deregistration in progress")],
    "0 of 1 targets are healthy: deregistration in progress",
  ],
  ["an old target that drains does not count against it", [state("healthy"), state("draining")], undefined],
  ["no target at all", [], "0 of 1 targets are healthy"],
])("%s", (_, targets, problem) => expect(judgeTargets(targets, 1)).toBe(problem))
