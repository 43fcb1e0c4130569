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
    for (const service of platform.services) expect(poolOf(platform, environment, service)).toEqual(pool)
    const tasks = platform.services.reduce((sum, service) => sum + tasksOf(platform, service, environment), 0)
    expect(tasks * (pool.size + pool.overflow)).toBeLessThanOrEqual(platform.database!.steadyConnections)
    expect(2 * tasks * (pool.size + pool.overflow)).toBeLessThanOrEqual(platform.database!.peakConnections)
  },
)

test("an environment with more tasks than connections is refused", () => {
  const crowded = parsePlatform(manifest(({ services }) => (services.auth!.tasks = { production: 9 })))
  const [auth] = crowded.services
  expect(() => poolOf(crowded, "production", auth!)).toThrow(/^refused: production has 15 tasks/)
})

test("a service without a database takes no connection", () => {
  const lean = parsePlatform(manifest(({ services }) => (services.proxy!.secrets = [])))
  const [auth, , , proxy] = lean.services
  expect(poolOf(lean, "staging", auth!)).toEqual({ size: 1, overflow: 2 })
  expect(poolOf(lean, "staging", proxy!)).toBeUndefined()
})

test("a service that AWS scales counts with as many tasks as it may have", () => {
  const scaled = parsePlatform(manifest(({ services }) => (services.proxy!.scaling = { staging: { min: 1, max: 2 } })))
  expect(poolOf(scaled, "staging", scaled.services[0]!)).toEqual({ size: 1, overflow: 1 })
  expect(overBudget(scaled, "staging", new Map([["proxy", 1]]))).toEqual([])
  expect(overBudget(scaled, "staging", new Map([["auth", 3]]))).toEqual([
    expect.stringMatching(/^7 tasks with 2 connections each/),
  ])
})

test("a platform without a database has no budget", () => {
  const without = parsePlatform(
    manifest((platform) => {
      delete platform.database
      platform.environments.production!.tasks = 64
    }),
  )
  expect(poolOf(without, "production", without.services[0]!)).toBeUndefined()
  expect(overBudget(without, "production", new Map([["auth", 64]]))).toEqual([])
})

test("services that somebody scaled out beyond the budget are told, with the figures", () => {
  expect(overBudget(platform, "staging", new Map([["catalog", 2]]))).toEqual([])
  expect(overBudget(platform, "staging", new Map([["catalog", 3]]))).toEqual([
    expect.stringMatching(/^6 tasks with 2 connections each need 12, allowed are 10/),
  ])
})
