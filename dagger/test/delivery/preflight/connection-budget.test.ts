import { expect, test } from "vitest"
import { overBudget, poolOf } from "../../../delivery/preflight/connection-budget.ts"
import { tasksOf } from "../../../platform/environments.ts"
import { parsePlatform } from "../../../platform/manifest.ts"
import { manifest } from "../../platform/manifests.ts"

const platform = parsePlatform(manifest())

test.each([
  ["staging", { size: 1, overflow: 1 }],
  ["production", { size: 1, overflow: 0 }],
] as const)(
  "%s's tasks share what the database may give, at rest and while a roll-out doubles them",
  (environment, pool) => {
    expect(poolOf(platform, environment)).toEqual(pool)
    const tasks = platform.services.reduce((sum, service) => sum + tasksOf(platform, service, environment), 0)
    expect(tasks * (pool.size + pool.overflow)).toBeLessThanOrEqual(platform.database.steadyConnections)
    expect(2 * tasks * (pool.size + pool.overflow)).toBeLessThanOrEqual(platform.database.peakConnections)
  },
)

test("an environment with more tasks than connections is refused", () => {
  const crowded = parsePlatform(manifest(({ services }) => (services.auth!.tasks = { production: 9 })))
  expect(() => poolOf(crowded, "production")).toThrow(/^refused: production has 15 tasks/)
})

test("a service without a database takes no connection", () => {
  const lean = parsePlatform(manifest(({ services }) => (services.proxy!.secrets = [])))
  expect(poolOf(lean, "staging")).toEqual({ size: 1, overflow: 2 })
})

test("services that somebody scaled out beyond the budget are told, with the figures", () => {
  expect(overBudget(platform, "staging", new Map([["catalog", 2]]))).toEqual([])
  expect(overBudget(platform, "staging", new Map([["catalog", 3]]))).toEqual([
    expect.stringMatching(/^6 tasks with 2 connections each need 12, allowed are 10/),
  ])
})
