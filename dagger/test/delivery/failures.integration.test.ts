import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { readLock } from "../../delivery/lock/lock-object.ts"
import type { Artifacts } from "../../delivery/artifacts.ts"
import type { Target } from "../../delivery/target.ts"
import { seen } from "../docs/failure-table.ts"
import { intercept, stage, version, versionsOf } from "./stage.ts"

const denied = (): Promise<never> => Promise.reject(new Error("denied"))

const jwt = "a new secret".padEnd(32, ".")

/** What a deploy of `bbb` brings, with a secret that is new. */
const brought = (change: Partial<Artifacts> = {}): Artifacts => ({
  ...version("bbb"),
  secrets: { JWT_SECRET: jwt },
  ...change,
})

/** Each leaves what ran, no version of a secret, and no lock. */
test.each<[string, Artifacts, (target: Target) => unknown]>([
  ["[secret-malformed] a secret that is too short", brought({ secrets: { JWT_SECRET: "short" } }), () => {}],
  [
    "[connections-exceeded] a service that was scaled out beyond what the database gives",
    brought(),
    async (target) => {
      const ecs = await target.aws.ecs()
      await ecs.updateService({ cluster: "cluster", service: "proxy", desiredCount: 9 })
      target.platform.database!.steadyConnections = 10
    },
  ],
  ["[build-fails] an image that cannot be built", brought({ images: denied }), () => {}],
  [
    "[secret-unwritten] a secret that may not be written, beside one that was",
    brought({ secrets: { DATABASE_URL: "postgresql://cat:new@db/cats?sslmode=require", JWT_SECRET: jwt } }),
    (target) =>
      intercept(
        target,
        (called, next, { SecretString }) => (called === "PutSecretValue" && SecretString === jwt ? denied() : next()),
        "secrets",
      ),
  ],
  [
    "[definition-refused] a task definition that ECS does not take",
    brought(),
    (target) =>
      intercept(target, (called, next, { family }) =>
        called === "RegisterTaskDefinition" && String(family).endsWith("proxy") ? denied() : next(),
      ),
  ],
  [
    "[migrate-unstarted] a migration that ECS does not start",
    brought(),
    (target) => intercept(target, (called, next) => (called === "RunTask" ? denied() : next())),
  ],
  [
    "[migrate-endless] a migration that comes to no end",
    brought({ images: version("endless").images }),
    (target) => (target.platform.migration!.timeoutSeconds = 5),
  ],
])("%s leaves nothing behind", async (_, artifacts, prepare) => {
  const { target, progress } = await stage({ endless: { migrationExitsWith: "never" } })
  for (const service of target.platform.services) service.secrets = ["DATABASE_URL", "JWT_SECRET"]
  await deploy(target, version("aaa"), progress)
  await prepare(target)
  const left = () => whatIsLeft(target)
  const before = await left()
  await expect(deploy(target, artifacts, progress)).rejects.toThrow(seen())
  expect(await left()).toEqual(before)
})

async function whatIsLeft(target: Target) {
  const secrets = await target.aws.secrets()
  const stages = Object.entries(target.infrastructure.secrets).map(async ([name, SecretId]) => {
    const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId })
    return [name, ...Object.values(VersionIdsToStages).flat().sort()]
  })
  return {
    secrets: await Promise.all(stages),
    lock: await readLock(target),
    auth: (await versionsOf(target)).auth,
  }
}

test("[rollout-unhealthy] a service that runs and is not healthy is put back", async () => {
  const { target, progress } = await stage({ sick: { status: 503 } })
  await deploy(target, version("aaa"), progress)
  await expect(deploy(target, version("aaa", { catalog: "sick" }), progress)).rejects.toThrow(seen())
  expect((await versionsOf(target)).catalog).toBe("aaa × 1")
})
