import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { Failure } from "../../platform/failure.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { manifest } from "./manifests.ts"

test("the repository's own manifest is valid, and the health aggregator is not deployed", () => {
  const platform = parsePlatform(readFileSync("platform.json", "utf8"))
  expect(platform.services.map(({ name, route }) => [name, route?.port])).toEqual([
    ["auth", 8005],
    ["catalog", 8002],
    ["installation", 8003],
    ["proxy", 8004],
  ])
})

test.each([
  [
    "a path that two services want",
    (p) => (p.services.proxy!.path = "/api/v1/auth"),
    "services.proxy.path: /api/v1/auth is taken by auth",
  ],
  [
    "a worker that has a path",
    (p) => delete p.services.proxy!.port,
    "services.proxy.path: a worker, which has no port, is called by nobody: give it a port, or leave this out",
  ],
  [
    "a service at the address of the website",
    (p) => {
      p.site = {}
      p.services.proxy!.path = "/"
    },
    "services.proxy.path: / is the website's (site), expected a path such as /api",
  ],
  [
    "a port that nothing leads to",
    (p) => delete p.services.proxy!.path,
    "services.proxy.port: nothing leads to it: give it a path or a host, or leave the port out for a worker",
  ],
  [
    "a size that Fargate does not have",
    (p) => (p.services.proxy!.memory = 4096),
    "services.proxy.memory: Fargate has no task with 256 CPU units and 4096 MiB; with 256 it has 512, 1024 or 2048",
  ],
  [
    "a size between the steps of Fargate's",
    (p) => Object.assign(p.services.proxy!, { cpu: 1024, memory: 2500 }),
    "services.proxy.memory: Fargate has no task with 1024 CPU units and 2500 MiB; with 1024 it has 2048 to 8192 in steps of 1024",
  ],
  [
    "a variable of an environment that does not exist",
    (p) => (p.services.proxy!.environment = { LEVEL: { prod: "info" } }),
    "services.proxy.environment.LEVEL.prod: prod is not an environment",
  ],
  [
    "a plain value for what is a secret",
    (p) => (p.services.proxy!.environment = { DATABASE_URL: "postgresql://" }),
    "services.proxy.environment.DATABASE_URL: is one of its secrets, too",
  ],
  [
    "an input that no build gets",
    (p) => (p.services.proxy!.inputs = ["services/proxy", "shared"]),
    "services.proxy.inputs.1: shared is outside of the context services",
  ],
  [
    "a folder that leads out of the repository",
    (p) => (p.services.proxy!.folder = "../proxy"),
    "services.proxy.folder: expected a path below the repository",
  ],
  [
    "a scaling that is none",
    (p) => (p.services.proxy!.scaling = { production: { min: 4, max: 2 } }),
    "services.proxy.scaling.production: min is 4, more than max, which is 2",
  ],
  ["a misspelt key", (p) => (p.services.auth!.prot = 1), 'services.auth: Unrecognized key: "prot"'],
  [
    "a history of more deployments than a secret's versions have labels for",
    (p) => (p.history.deployments = 18),
    "history.deployments: Too big: expected number to be <=17",
  ],
  ["a port that is none", (p) => (p.services.auth!.port = 0), "services.auth.port: Too small"],
  [
    "a secret that does not exist",
    (p) => (p.services.auth!.secrets = ["PASSWORD"]),
    "services.auth.secrets.0: PASSWORD is not a secret, expected one of: DATABASE_URL, JWT_SECRET, ENCRYPTION_KEY",
  ],
  [
    "a secret of an unknown form",
    (p) => (p.secrets.JWT_SECRET!.form = "jwt"),
    "secrets.JWT_SECRET.form: is no form of a secret, expected postgres-url, bytes >= N (such as bytes >= 32), fernet or any",
  ],
  [
    "a variable for an environment that does not exist",
    (p) => (p.secrets.JWT_SECRET!.variable = { prod: "KEY" }),
    "secrets.JWT_SECRET.variable.prod: prod is not an environment, expected one of: local, staging, production",
  ],
  [
    "a manifest without a local environment",
    (p) => delete p.environments.local,
    'environments: none is on this machine, give one "local": true',
  ],
  [
    "a second local environment",
    (p) => (p.environments.dev = { local: true, tasks: 1 }),
    "environments.dev.local: local is on this machine already",
  ],
  [
    "an approval of what is on this machine",
    (p) => (p.environments.local!.approval = true),
    "environments.local.approval: what is on this machine needs no approval",
  ],
  [
    "a promotion to this machine",
    (p) => (p.environments.local!.promotesFrom = "staging"),
    "environments.local.promotesFrom: what is on this machine has the working copy",
  ],
  [
    "a promotion from an environment that does not exist",
    (p) => (p.environments.production!.promotesFrom = "stagin"),
    "environments.production.promotesFrom: stagin is not an environment, expected one of: local, staging, production",
  ],
  [
    "a promotion from this machine",
    (p) => (p.environments.staging!.promotesFrom = "local"),
    "environments.staging.promotesFrom: local is on this machine",
  ],
  [
    "an environment that promotes from itself",
    (p) => (p.environments.staging!.promotesFrom = "staging"),
    "environments.staging.promotesFrom: goes in a circle, staging from staging",
  ],
  [
    "a number of tasks for an environment that does not exist",
    (p) => (p.services.auth!.tasks = { prod: 3 }),
    "services.auth.tasks.prod: prod is not an environment, expected one of: local, staging, production",
  ],
  [
    "an environment whose name no variable can have",
    (p) => (p.environments.Qa_1 = { tasks: 1 }),
    "environments.Qa_1: ",
  ],
] satisfies [string, (platform: Parameters<Exclude<Parameters<typeof manifest>[0], undefined>>[0]) => void, string][])(
  "%s is named as the problem",
  (_, change, problem) => {
    expect(problemsOf(manifest(change))).toEqual([expect.stringContaining(problem)])
  },
)

test("environments that promote from each other are named, each with its way around", () => {
  const text = manifest(({ environments }) => {
    environments.staging!.promotesFrom = "production"
    environments.qa = { tasks: 1, promotesFrom: "staging" }
  })
  expect(problemsOf(text)).toEqual([
    expect.stringContaining(
      "environments.staging.promotesFrom: goes in a circle, staging from production from staging",
    ),
    expect.stringContaining(
      "environments.production.promotesFrom: goes in a circle, production from staging from production",
    ),
  ])
})

test("every problem is told at once", () => {
  const text = manifest((platform) => {
    platform.services.proxy!.memory = 513
    platform.services.catalog!.path = "/api/v1/auth"
  })
  expect(problemsOf(text)).toHaveLength(2)
})

test("text that is not JSON is told as that", () => {
  expect(problemsOf("{")).toEqual([expect.stringContaining("the file: not JSON")])
})

/** The problems that a refusal lists, without its first line and its advice. */
function problemsOf(text: string): string[] {
  try {
    parsePlatform(text)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    expect(error.outcome).toBe("refused")
    return error.details.slice(0, -2)
  }
  return []
}
