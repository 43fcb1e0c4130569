import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { listDeployments, readRecord } from "../../delivery/records/record.ts"
import { readRunning } from "../../delivery/ecs/services.ts"
import { container, secretsIn } from "../../delivery/ecs/task-definition.ts"
import type { Target } from "../../delivery/target.ts"
import { openRepository } from "../../platform/repository.ts"
import { systemClock } from "../../platform/clock.ts"
import type { Infrastructure } from "../../platform/infrastructure.ts"
import { cathouse, start, type Ended } from "../node/cathouse.ts"
import { rowOf } from "../node/table.ts"
import { seen } from "../docs/failure-table.ts"
import { terraform } from "../infra/terraform.ts"
import { commitCopy, copyPlatform } from "../platform-copy.ts"
import { edit, hurry } from "../working-copy.ts"
import { startStagingCloud, type StagingCloud } from "./cloud.ts"
import { everythingLeftBehind, watchArguments } from "./traces.ts"

const names = ["auth", "catalog", "installation", "proxy"]

/** Credentials of a user who may read what a deploy reads, and change nothing. */
async function createReader({ aws }: StagingCloud): Promise<Record<string, string>> {
  const iam = await aws.iam()
  const UserName = "reader"
  await iam.createUser({ UserName })
  const Action = ["ecr:BatchGetImage", "secretsmanager:GetSecretValue", "s3:GetObject", "s3:ListBucket"]
  const Statement = [{ Effect: "Allow", Action, Resource: "*" }]
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  await iam.putUserPolicy({ UserName, PolicyName: "read", PolicyDocument })
  const { AccessKey } = await iam.createAccessKey({ UserName })
  return {
    AWS_ACCESS_KEY_ID: AccessKey!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: AccessKey!.SecretAccessKey!,
    AWS_ROLE_ARN: "",
  }
}

/** One environment, and one working copy that is deployed to it again and again: each test goes on from the one before. */
describe.skipIf(!terraform.found)(
  `deploy --env staging${terraform.found ? "" : ` (skipped: ${terraform.missing})`}`,
  () => {
    let cloud: StagingCloud
    let root: string
    let target: Target

    beforeAll(async () => {
      root = await copyPlatform()
      await hurry(root)
      commitCopy(root)
      cloud = await startStagingCloud()
      const { platform } = await openRepository(root)
      const { aws, infrastructure } = cloud
      target = { environment: "staging", platform, infrastructure, aws, clock: systemClock, pollSeconds: 0.5 }
    }, 600_000)

    afterAll(async () => {
      await cloud?.close()
      await rm(root, { recursive: true, force: true })
    })

    /** All that commands have written and the arguments of all their processes: what a secret must not be found in. */
    const said: string[] = []
    const values = new Set<string>()

    const call = async (args: string[], variables: Record<string, string> = {}): Promise<Ended> => {
      const env = { ...cloud.variables, ...variables }
      const { child, ended } = start(root, [...args, "--env", "staging", "--aws-endpoint", cloud.endpoint], env)
      const watched = watchArguments(child.pid!)
      const end = await ended
      said.push(end.stdout, end.stderr, await watched())
      for (const [name, value] of Object.entries(env)) if (value && !/_KEY_ID$|_ROLE_ARN$/.test(name)) values.add(value)
      return end
    }

    const running = async () =>
      Object.fromEntries(
        (await readRunning(target, target.platform.services)).map(({ service, revision, definition, runningCount }) => [
          service.name,
          { ...revision, runningCount, secrets: secretsIn(definition), image: container(definition)!.image! },
        ]),
      )

    /** Changes one of the environment's parameters in SSM until the function that it returns is called. */
    const setParameter = async (name: string, Value: string) => {
      const ssm = await cloud.aws.ssm()
      const Name = `/cat-house/staging/${name}`
      const { Parameter } = await ssm.getParameter({ Name })
      await ssm.putParameter({ Name, Value, Overwrite: true })
      return () => ssm.putParameter({ Name, Value: Parameter!.Value, Overwrite: true })
    }

    test.each<[string, Record<string, string>, RegExp]>([
      [
        "[secret-missing] a missing variable",
        { STAGING_JWT_SECRET: "" },
        /STAGING_JWT_SECRET is not set, and Secrets Manager has no value of JWT_SECRET yet: export STAGING_JWT_SECRET=/,
      ],
      [
        "a database URL without TLS",
        { STAGING_DATABASE_URL: "postgresql://cat:meow@host/cats" },
        /STAGING_DATABASE_URL has no sslmode\. Neon requires TLS: add \?sslmode=require/,
      ],
      [
        "a key that is none",
        { STAGING_ENCRYPTION_KEY: "meow" },
        /STAGING_ENCRYPTION_KEY is not a Fernet key .* openssl rand/,
      ],
    ])("%s is refused before anything changes", async (_, variables, words) => {
      const { exitCode, stderr, stdout } = await call(["deploy"], variables)
      expect(stderr).toMatch(/refused: staging cannot be deployed to\.\n/)
      expect(stderr).toMatch(words)
      if (variables.STAGING_JWT_SECRET === "") expect(stderr).toMatch(seen())
      expect(stderr).toContain("Nothing was changed.")
      expect(stderr).not.toMatch(/meow|^\s+at .*:\d+:\d+/m)
      expect([exitCode, stdout]).toEqual([2, ""])
    })

    test.each<[string, string, (infrastructure: Infrastructure) => unknown, RegExp]>([
      [
        "a distribution that does not exist",
        "site",
        ({ site }) => ({ ...site, distribution: "E0000000000000" }),
        /E0000000000000/,
      ],
      [
        "a site's bucket that does not exist",
        "site",
        ({ site }) => ({ ...site, bucket: "no-such-bucket" }),
        /no-such-bucket/,
      ],
      ["a deployments' bucket that does not exist", "deploymentsBucket", () => "no-such-bucket", /no-such-bucket/],
      ["a cluster that does not exist", "cluster", () => "no-such-cluster", /no-such-cluster/],
    ])("%s is refused before anything changes", async (_, name, change, words) => {
      const value = change(cloud.infrastructure)
      const restore = await setParameter(name, typeof value === "string" ? value : JSON.stringify(value))
      const { exitCode, stderr, stdout } = await call(["deploy"])
      await restore()
      expect(stderr).toMatch(/^refused: /m)
      expect(stderr).toMatch(words)
      expect([exitCode, stdout]).toEqual([2, ""])
    })

    test("[environment-missing] a region that the environment is not in is refused", async () => {
      await edit(root, "platform.json", (text) => text.replace("sa-east-1", "us-east-1"))
      const { exitCode, stderr } = await call(["deploy"])
      await edit(root, "platform.json", (text) => text.replace("us-east-1", "sa-east-1"))
      expect(stderr).toMatch(seen())
      expect(exitCode).toBe(2)
    })

    test.each([
      [
        "an endpoint where nothing answers",
        ["deploy", "--env", "staging", "--aws-endpoint", "http://127.0.0.1:9"],
        /AWS at http:\/\/127\.0\.0\.1:9 does not answer/,
      ],
      [
        "an endpoint that is not a URL",
        ["deploy", "--env", "staging", "--aws-endpoint", "cats"],
        /"cats" is not an endpoint of AWS/,
      ],
      ["a tag that ECR would refuse", ["publish", "--tag", "two cats"], /"two cats" is not a tag that ECR accepts/],
    ])("%s is refused", async (_, args, words) => {
      const { exitCode, stderr, left } = await cathouse(root, args, cloud.variables)
      expect(stderr).toMatch(words)
      expect({ exitCode, left }).toEqual({ exitCode: 2, left: [] })
    })

    test("[permission-missing] a caller who may look and not touch is refused, with each permission that is missing", async () => {
      const reader = await createReader(cloud)
      const { exitCode, stderr } = await call(["deploy"], reader)
      expect(stderr).toMatch(seen())
      for (const action of ["ecs:UpdateService", "ecr:PutImage", "secretsmanager:PutSecretValue", "iam:PassRole"])
        expect(stderr).toMatch(new RegExp(`${action} on \\S+ is denied to arn:aws:iam::\\d+:user/reader`))
      expect(exitCode).toBe(2)
    })

    test("a first deployment that fails returns to 0 tasks, and says what failed", async () => {
      const path = "services/catalog/app/main.py"
      const good = await readFile(join(root, path), "utf8")
      await edit(root, path, (text) => `raise SystemExit("no catalog today")\n${text}`)
      const { exitCode, stderr } = await call(["deploy"])
      expect(stderr).toContain(
        "rolled-back: catalog did not start; nothing was deployed before, and all services are back at 0 tasks",
      )
      expect(stderr).toContain("| no catalog today")
      expect(stderr).toContain("Running upgrade  -> ")
      expect(exitCode).toBe(3)
      for (const service of Object.values(await running()))
        expect(service).toMatchObject({ desiredCount: 0, runningCount: 0 })
      expect(await listDeployments(target)).toEqual([])
      await writeFile(join(root, path), good)
    })

    test("a first deployment publishes, migrates, rolls out, verifies, deploys the site, and is recorded", async () => {
      const { exitCode, stdout, stderr } = await call(["deploy"])
      expect(stderr).toContain("preflight: nothing is missing")
      expect(stderr).toContain("migrate: migrated")
      expect(exitCode).toBe(0)
      for (const name of names) expect(rowOf(stdout, name).slice(3, 5)).toEqual(["1 of 1", "healthy"])
      expect(stdout).toContain(`Deployment 1: ${cloud.infrastructure.site!.url}`)
      const record = await readRecord(target, 1)
      const now = await running()
      for (const { sbom } of record.services) expect(sbom).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(record.services.map(({ name, image }) => [name, image])).toEqual(
        names.map((name) => [name, now[name]!.image]),
      )
      expect(now.auth!.secrets.DATABASE_URL).toBe(
        `${cloud.infrastructure.secrets.DATABASE_URL}:::${record.secrets.DATABASE_URL}`,
      )
      expect(await (await fetch(cloud.infrastructure.site!.url)).text()).toContain("Cat House")
    })

    test("the same again says that nothing had to be done, and does nothing", async () => {
      const before = await running()
      const { exitCode, stdout, stderr } = await call(["deploy"])
      expect(exitCode).toBe(0)
      expect(stdout).toContain("Nothing to deploy")
      expect(stdout.match(/unchanged/g)!.length).toBeGreaterThanOrEqual(4)
      expect(stderr).not.toContain("alembic")
      expect(await running()).toEqual(before)
      expect(await listDeployments(target)).toEqual([1])
    })

    test("a change of one service touches that one", async () => {
      const before = await running()
      await edit(root, "services/catalog/app/main.py", (text) => `${text}\n# a change\n`)
      const { exitCode, stdout } = await call(["deploy"])
      expect(exitCode).toBe(0)
      expect(stdout).toContain("Deployment 2: ")
      const after = await running()
      expect(after.catalog!.image).not.toBe(before.catalog!.image)
      expect({ ...after, catalog: 0 }).toEqual({ ...before, catalog: 0 })
    })

    test("a migration that fails stops the deploy before a service is touched", async () => {
      const before = await running()
      const path = "services/auth/migrations/versions/0003_broken.py"
      await writeFile(
        join(root, path),
        'from alembic import op\n\nrevision = "0003"\ndown_revision = "0002"\n\n\ndef upgrade() -> None:\n    op.execute("SELECT no_such_cat()")\n',
      )
      const { exitCode, stderr } = await call(["deploy"])
      await rm(join(root, path))
      expect(exitCode).toBe(2)
      expect(stderr).toContain("refused: the migration exited with 255.")
      expect(stderr).toContain("function no_such_cat() does not exist")
      expect(await running()).toEqual(before)
    })

    test("a roll-out that fails puts back what was changed, and is not recorded", async () => {
      const before = await running()
      const path = "services/proxy/app/main.py"
      const good = await readFile(join(root, path), "utf8")
      await edit(root, path, (text) => `raise SystemExit("no proxy today")\n${text}`)
      const { exitCode, stderr } = await call(["deploy"])
      await writeFile(join(root, path), good)
      expect(exitCode).toBe(3)
      expect(stderr).toMatch(
        /rolled-back: proxy did not start; every service serves what it served before \(verified, 4 of 4/,
      )
      expect(await running()).toEqual(before)
      expect(await listDeployments(target)).toEqual([2, 1])
    })

    test("an alarm that goes off while ECS rolls out is told by its name, and all is put back", async () => {
      const before = await running()
      const path = "services/proxy/app/main.py"
      const good = await readFile(join(root, path), "utf8")
      await edit(root, path, (text) => `${text}\n# another version\n`)
      const deploying = call(["deploy"])
      const ecs = await cloud.aws.ecs()
      const { cluster } = cloud.infrastructure
      await vi.waitUntil(
        async () => {
          const listed = await ecs.listServiceDeployments({ cluster, service: "proxy", status: ["IN_PROGRESS"] })
          return listed.serviceDeployments?.length === 1
        },
        { timeout: 120_000, interval: 100 },
      )
      const cloudwatch = await cloud.aws.cloudwatch()
      const alarm = { AlarmName: "cat-house-staging-proxy-5xx", StateReason: "0.31 > 0.05" }
      await cloudwatch.setAlarmState({ ...alarm, StateValue: "ALARM" })
      const { exitCode, stderr } = await deploying
      await cloudwatch.setAlarmState({ ...alarm, StateValue: "OK" })
      await writeFile(join(root, path), good)
      expect([exitCode, stderr]).toEqual([
        3,
        expect.stringMatching(
          /rolled-back: proxy [^]*a CloudWatch alarm was triggered\. \(cat-house-staging-proxy-5xx\)/,
        ),
      ])
      expect(await running()).toEqual(before)
    })

    test("a changed secret is written as a version of its own, and only the services that use it are rolled out", async () => {
      const before = await running()
      const rotated = `${Buffer.from("another thirty-two byte long key").toString("base64url")}=`
      cloud.variables.STAGING_ENCRYPTION_KEY = rotated
      const { exitCode, stdout, stderr } = await call(["deploy"])
      expect(exitCode).toBe(0)
      expect(stderr).toContain("secrets: ENCRYPTION_KEY has a new value")
      expect(stdout + stderr).not.toContain(rotated)
      const after = await running()
      expect(names.filter((name) => after[name]!.taskDefinition !== before[name]!.taskDefinition)).toEqual([
        "installation",
        "proxy",
      ])
      const secrets = await cloud.aws.secrets()
      const { VersionIdsToStages } = await secrets.describeSecret({
        SecretId: cloud.infrastructure.secrets.ENCRYPTION_KEY,
      })
      const { secrets: versions } = await readRecord(target, 3)
      expect(VersionIdsToStages![versions.ENCRYPTION_KEY!]).toEqual(expect.arrayContaining(["AWSCURRENT", "deploy-3"]))
    })

    test("a secret that breaks the services is put back with them", async () => {
      const before = await running()
      const SecretId = cloud.infrastructure.secrets.DATABASE_URL
      const secrets = await cloud.aws.secrets()
      const current = async () => (await secrets.getSecretValue({ SecretId })).VersionId
      const version = await current()
      const nowhere = "postgresql://cat:meow@127.0.0.1:9/cats?sslmode=require"
      const { exitCode, stderr } = await call(["deploy"], { STAGING_DATABASE_URL: nowhere })
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/refused: the migration exited with .*\n.*port 9 failed: Connection refused/)
      expect(stderr).not.toContain("meow")
      expect(await running()).toEqual(before)
      expect(await current()).toBe(version)
      const { VersionIdsToStages } = await secrets.describeSecret({ SecretId })
      expect(Object.values(VersionIdsToStages!).flat()).not.toContain("deploy-4")
    })

    test("[site-fails] a site that fails its check is put back, and the services with it", async () => {
      const before = await running()
      const config = async () => (await fetch(`${cloud.infrastructure.site!.url}/config.json`)).json()
      const was = await config()
      await edit(root, "services/catalog/app/main.py", (text) => `${text}\n# another change\n`)
      await edit(root, "frontend/public/config.json", (text) => text.replace("{", '{ "anotherHouse": true,'))
      await cloud.serveStale()
      const { exitCode, stderr } = await call(["deploy"])
      expect(exitCode).toBe(3)
      expect(stderr).toMatch(seen())
      const versions = Object.entries(await running()).map(([name, { version }]) => [name, version])
      expect(versions).toEqual(names.map((name) => [name, before[name]!.version]))
      expect(await config()).toEqual(was)
      expect(await listDeployments(target)).toEqual([3, 2, 1])
    })

    test("verify proves all of it again, with a request that is found in each service's log", async () => {
      const { exitCode, stdout } = await call(["verify"])
      expect(exitCode).toBe(0)
      for (const name of names) expect(rowOf(stdout, name).slice(3)).toEqual(["1 of 1", "found"])
    })

    test("rollback-verify breaks a service by a crash, and leaves the environment as it was", async () => {
      const before = await running()
      const { exitCode, stdout } = await call(["rollback-verify"])
      expect(exitCode).toBe(0)
      expect(rowOf(stdout, "crash")[1]).toBe("the breaker, at 3 of 3")
      expect(await running()).toEqual(before)
    })

    test("verify tells what is not as it should be, and changes nothing", async () => {
      const ecs = await cloud.aws.ecs()
      const scale = (desiredCount: number) =>
        ecs.updateService({ cluster: cloud.infrastructure.cluster, service: "proxy", desiredCount })
      await scale(0)
      const { exitCode, stderr } = await call(["verify"])
      expect(exitCode).toBe(5)
      expect(stderr).toMatch(/not-verified: staging is not what it should be\.\n {2}proxy: nothing is deployed/)
      expect((await running()).proxy!.desiredCount).toBe(0)
      await scale(1)
    })

    test("no secret's value is in anything that all of this left behind, or said", async () => {
      const left = { ...(await everythingLeftBehind(cloud)), "output and arguments": said.join("\n") }
      // What is there, so that a search that looks at nothing is noticed.
      const known = {
        "Terraform's state": "cat-house-staging",
        "task definitions": "DATABASE_POOL_SIZE",
        logs: "Running upgrade",
        "the deployments' bucket": '"taskDefinition"',
        "the site's bucket": "<html",
        images: "SERVICE_VERSION=",
        "output and arguments": "--env staging",
      }
      for (const [place, words] of Object.entries(known))
        expect(left[place as keyof typeof left], place).toContain(words)
      const passwords = [...values].flatMap((value) =>
        URL.canParse(value) ? [value, new URL(value).password] : [value],
      )
      expect(passwords.length).toBeGreaterThanOrEqual(5)
      for (const [place, text] of Object.entries(left)) {
        for (const value of passwords) expect(text.includes(value), `a secret is in ${place}`).toBe(false)
      }
    })
  },
)
