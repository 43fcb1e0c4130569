import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { trace } from "../../delivery/trace.ts"
import { intercept, stage, version } from "./stage.ts"

/** Traces a request, where CloudWatch answers with these pages; returns what is wrong, and how often it was asked. */
async function traceIn(pages: { events: object[]; nextToken?: string }[]) {
  const { target, progress } = await stage()
  await deploy(target, version("aaa"), progress)
  let asked = 0
  await intercept(target, async (_called, _next, { nextToken }) => (asked++, pages[Number(nextToken ?? 0)]!), "logs")
  return {
    problem: await trace(target, "auth", { path: "/api/v1/auth/openapi.json" }),
    asked,
    attempts: target.platform.verification.attempts,
  }
}

test("a line on a later page is found, behind pages that are empty", async () => {
  const pages = [{ events: [], nextToken: "1" }, { events: [], nextToken: "2" }, { events: [{ message: "found" }] }]
  expect(await traceIn(pages)).toMatchObject({ problem: undefined, asked: 3 })
})

test("a line that is on no page is told once all have been looked at, each time", async () => {
  const { problem, asked, attempts } = await traceIn([{ events: [], nextToken: "1" }, { events: [] }])
  expect(problem).toContain(`(${attempts} looks, `)
  expect(asked).toBe(2 * attempts)
})
