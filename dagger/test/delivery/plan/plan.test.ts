import { expect, test } from "vitest"
import { diffDefinitions } from "../../../delivery/plan/diff-definitions.ts"
import { planId, refuseStale } from "../../../delivery/plan/plan-id.ts"
import type { Plan } from "../../../delivery/plan/plan.ts"
import { planSummary } from "../../../report/plan-summary.ts"

const container = (change: object = {}) => ({
  family: "cat-house-staging-auth",
  cpu: "256",
  containerDefinitions: [
    {
      name: "auth",
      image: "registry/cat-house/auth@sha256:aaa",
      environment: [{ name: "ENVIRONMENT", value: "staging" }],
      secrets: [{ name: "JWT_SECRET", valueFrom: "arn:aws:secretsmanager:eu:1:secret:jwt:::one" }],
      ...change,
    },
  ],
})

test("a task definition's differences are told by name, whatever the order, and what ECS adds is none", () => {
  const ofEcs = { cpu: 0, mountPoints: [], volumesFrom: [], essential: true }
  expect(diffDefinitions(container({ ...ofEcs, systemControls: [{ namespace: "a" }] }), container())).toEqual([])
  const others = {
    image: "registry/cat-house/auth@sha256:bbb",
    environment: [
      { name: "DATABASE_POOL_SIZE", value: "2" },
      { name: "ENVIRONMENT", value: "staging" },
    ],
    secrets: [{ name: "JWT_SECRET", valueFrom: "arn:aws:secretsmanager:eu:1:secret:jwt:::two" }],
  }
  const before = container({
    ...ofEcs,
    command: ["sh"],
    environment: [
      { name: "OLD", value: "1" },
      { name: "ENVIRONMENT", value: "staging" },
    ],
  })
  expect(diffDefinitions(before, { ...container(others), cpu: "512" })).toEqual([
    "image: registry/cat-house/auth@sha256:aaa → registry/cat-house/auth@sha256:bbb",
    "environment.DATABASE_POOL_SIZE: none → 2",
    "secrets.JWT_SECRET: version one → version two",
    "cpu: 256 → 512",
    "environment.OLD: 1 → none",
    "command.0: sh → none",
  ])
})

const planned = (change: Partial<Plan> = {}): Plan => ({
  environment: "production",
  version: "staging-1",
  services: [],
  jobs: [],
  migrations: { version: "aaa", from: "0001", to: "0001", pending: [], destructive: [] },
  locks: [],
  smokeTests: [],
  strategy: { type: "rolling" },
  bakeSeconds: 0,
  secrets: [{ name: "JWT_SECRET", variable: "LOCAL_JWT_SECRET", set: false, version: "one" }],
  site: { from: "aaa", to: "bbb", upload: ["index.html"], remove: [], invalidate: ["/"] },
  missing: [],
  notes: [],
  ...change,
})

test.each<[string, Partial<Plan>]>([
  ["version", { version: "staging-2" }],
  ["migrations", { migrations: { ...planned().migrations, pending: [{ id: "0002", sql: "SELECT 1;" }] } }],
  ["secrets", { secrets: [{ name: "JWT_SECRET", variable: "LOCAL_JWT_SECRET", set: true, version: "one" }] }],
  ["site", { site: { ...planned().site!, upload: ["index.html", "cat.html"] } }],
  ["way of releasing", { bakeSeconds: 60 }],
  ["way of releasing", { strategy: { type: "canary", percent: 10, minutes: 5 } }],
  ["permissions", { missing: ["ecs:UpdateService on auth is denied"] }],
])("another %s is another plan, and is named", (part, change) => {
  const approved = planId(planned())
  expect(planId(planned(change))).not.toBe(approved)
  expect(() => refuseStale(planned(change), approved)).toThrow(`What differs: ${part}. It is plan`)
})

test("who reads, and what they may not read, makes no other plan", () => {
  expect(() => refuseStale(planned({ notes: ["the services may not be read"] }), planId(planned()))).not.toThrow()
})

test.each<[Plan["strategy"], number, string]>([
  [{ type: "rolling" }, 0, "New tasks take over one by one.\n"],
  [
    { type: "canary", percent: 10, minutes: 1 },
    300,
    "New tasks get 10 % of the requests for 1 minute, then all. Afterwards all are watched for 300 s.",
  ],
])("a plan tells how it is released: %j", (strategy, bakeSeconds, text) =>
  expect(planSummary(planned({ strategy, bakeSeconds }), "dagger call")).toContain(`### Release\n\n${text}`),
)

test("a long plan shows the beginning of its lists, and says how much more there is", () => {
  const upload = Array.from({ length: 40 }, (_, index) => `page-${index}.html`)
  const sql = Array.from({ length: 400 }, (_, index) => `SELECT ${index};`).join("\n")
  const migrations = { ...planned().migrations, to: "0002", pending: [{ id: "0002", sql }] }
  const text = planSummary(planned({ site: { ...planned().site!, upload }, migrations }), "dagger call")
  expect(text).toContain("- 40 to upload\n  - `page-0.html`")
  expect(text).toContain("  - and 25 more")
  expect(text).toMatch(/SELECT 298;\n-- and \d+ more lines\n```/)
  expect(text.trimEnd()).toMatch(
    /```sh\ndagger call deploy --env production --version staging-1 --approve ([0-9a-f]{12}-[0-9a-f]{32})\n```\n\nPlan ID:\n\n\1$/,
  )
})
