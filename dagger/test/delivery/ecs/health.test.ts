import { expect, test } from "vitest"
import { judgeAnswer, judgeTargets } from "../../../delivery/ecs/health.ts"

const ok = { status: "ok", version: "aaa", database: "ok" }

test.each([
  ["the expected version is healthy", 200, ok, undefined],
  [
    "another version is not, though it is well",
    200,
    { ...ok, version: "bbb" },
    "health answers version bbb, expected aaa",
  ],
  ["an answer without a version is not", 200, { status: "ok" }, "health answers version none, expected aaa"],
  [
    "an error is not",
    503,
    { status: "unavailable", database: "unreachable" },
    "health answers 503: unavailable, database unreachable",
  ],
])("%s", (_, status, body, problem) => expect(judgeAnswer({ status, body }, "aaa")).toBe(problem))

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
