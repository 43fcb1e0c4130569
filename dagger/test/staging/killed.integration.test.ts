import { rm } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { systemClock } from "../../platform/clock.ts"
import { readLock } from "../../delivery/lock/lock-object.ts"
import { listDeployments, readHistory, readLast } from "../../delivery/records/record.ts"
import { until } from "../../delivery/poll.ts"
import { readRunning } from "../../delivery/ecs/services.ts"
import { status } from "../../delivery/status.ts"
import type { Target } from "../../delivery/target.ts"
import { openRepository } from "../../platform/repository.ts"
import { cathouse, start, type Ended } from "../node/cathouse.ts"
import { rowOf } from "../node/table.ts"
import { seen } from "../docs/failure-table.ts"
import { terraform } from "../infra/terraform.ts"
import { commitCopy, copyPlatform } from "../platform-copy.ts"
import { edit, hurry } from "../working-copy.ts"
import { startStagingCloud, type StagingCloud } from "./cloud.ts"
import { startHaltingEndpoint, type HaltingEndpoint } from "./halting-endpoint.ts"

/** One environment and one working copy, whose deploys are killed and run again: each test goes on from the one before. */
describe.skipIf(!terraform.found)(
  `deploy --env staging, killed${terraform.found ? "" : ` (skipped: ${terraform.missing})`}`,
  () => {
    let cloud: StagingCloud
    let endpoint: HaltingEndpoint
    let root: string
    let target: Target

    beforeAll(async () => {
      root = await copyPlatform()
      await hurry(root, (text) => text.replace('"seconds": 120', '"seconds": 1'))
      commitCopy(root)
      cloud = await startStagingCloud()
      endpoint = await startHaltingEndpoint(cloud.endpoint)
      const { platform } = await openRepository(root)
      const { aws, infrastructure } = cloud
      target = { environment: "staging", platform, infrastructure, aws, clock: systemClock, pollSeconds: 0.5 }
    }, 600_000)

    afterAll(async () => {
      await endpoint?.close()
      await cloud?.close()
      await rm(root, { recursive: true, force: true })
    })

    const args = (at: string, ...command: string[]) => [...command, "--env", "staging", "--aws-endpoint", at]
    const call = (...command: string[]): Promise<Ended> =>
      cathouse(root, args(cloud.endpoint, ...command), cloud.variables)

    const untilExpired = async () => {
      const { value: holder } = (await readLock(target))!
      await sleep(Math.max(0, Date.parse(holder.expiresAt) - Date.now()))
    }

    /** Starts a deploy, and kills it as it sends such a request in a step, which is never answered. Returns what it said. */
    async function killDeployAt(step: string, request = /./, nth = 1): Promise<string> {
      const halted = endpoint.haltAt(step, request, nth)
      const { child, ended } = start(root, args(endpoint.url, "deploy"), cloud.variables)
      await Promise.race([
        halted,
        ended.then(({ stderr }) => expect.fail(`the deploy never came to ${request} of "${step}":\n${stderr}`)),
      ])
      child.kill("SIGKILL")
      return (await ended).stderr
    }

    /** Every version of a secret that bears a deployment's label, or is the current one, is one that a record knows. */
    async function expectNoSecretLeft(): Promise<void> {
      const records = await readHistory(target, await listDeployments(target))
      const secrets = await cloud.aws.secrets()
      for (const [name, SecretId] of Object.entries(cloud.infrastructure.secrets)) {
        const recorded = records.map(({ secrets }) => secrets[name])
        const { VersionIdsToStages = {} } = await secrets.describeSecret({ SecretId })
        for (const [version, stages] of Object.entries(VersionIdsToStages)) {
          if (stages.some((stage) => stage.startsWith("deploy-"))) expect(recorded, name).toContain(version)
          if (stages.includes("AWSCURRENT")) expect(version, name).toBe(recorded[0])
        }
      }
    }

    const change = {
      service: (what: string) => edit(root, "services/auth/app/main.py", (text) => `${text}\n# ${what}\n`),
      secret: async (what: string) => void (cloud.variables.STAGING_JWT_SECRET = what.padEnd(32, ".")),
      // As in staging.integration.test.ts, so that the machine has this site already, or for that one.
      site: () => edit(root, "frontend/public/config.json", (text) => text.replace("{", '{ "anotherHouse": true,')),
    }

    /** What the next deploy says of the one that was killed before */
    let found = /^/

    // The request, and which one of them, that finds nobody there any more.
    describe.each<[string, (keyof typeof change)[], [id: string, step: string, request: RegExp, nth: number][]]>([
      [
        "a first deployment",
        [],
        [
          ["[killed-secrets]", "secrets", /PutSecretValue/, 2],
          ["[killed-migrate]", "migrate", /DescribeTasks/, 1],
          ["[killed-roll-out]", "roll out", /UpdateService/, 3],
          ["[killed-verify]", "verify", /DescribeTargetHealth/, 1],
          ["[killed-site]", "site", /PUT .*-site-\d+\//, 20],
          ["[killed-record]", "record", /PUT .*\/deployments\//, 1],
        ],
      ],
      [
        "a change of a service, a secret and the site",
        ["service", "secret", "site"],
        [
          ["[killed-preflight]", "preflight", /GetSecretValue/, 1],
          ["[killed-publish]", "publish", /PUT .*\/manifests\//, 1],
          ["[killed-task-definitions]", "task definitions", /RegisterTaskDefinition/, 2],
          ["[killed-roll-out]", "roll out", /DescribeServiceDeployments/, 1],
          ["[killed-verify]", "verify", /DescribeServices/, 1],
          ["[killed-site]", "site", /POST .*\/invalidation/, 1],
          ["[killed-record]", "record", /UpdateSecretVersionStage/, 1],
          ["[killed-record]", "record", /GET .*\/deployments\//, 1],
        ],
      ],
    ])("%s", (what, changes, kills) => {
      let number: number

      beforeAll(async () => {
        number = ((await listDeployments(target))[0] ?? 0) + 1
        found = /^/
        for (const kind of changes) await change[kind](what)
      })

      test.each(kills)("%s at %s, %s: it is found by the next deploy, which says so", async (_, step, request, nth) => {
        const said = await killDeployAt(step, request, nth)
        expect(said).toMatch(found)
        found = seen()
        await untilExpired()
      })

      test("ends well when it is run again and not killed", async () => {
        const { exitCode, stderr } = await call("deploy")
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
        expect(stderr).toMatch(/lock: took over an unfinished deploy of commit [0-9a-f]{12}( with changes)? by arn:/)
        expect(stderr).toMatch(found)
        const { unrecorded, lock } = await status(target)
        expect({ unrecorded, lock }).toEqual({ unrecorded: [], lock: undefined })
        const record = (await readLast(target, await listDeployments(target)))!
        expect(record.deployment).toBe(number)
        const running = await readRunning(target, target.platform.services)
        expect(running.map(({ revision }) => revision.taskDefinition)).toEqual(
          record.services.map(({ taskDefinition }) => taskDefinition),
        )
        await expectNoSecretLeft()
      })
    })

    test("[killed-put-back] a deploy after one that was killed while it put back a failure", async () => {
      const main = "services/auth/app/main.py"
      await edit(root, main, (text) => `${text}\nraise SystemExit("no cats today")\n`)
      await killDeployAt("put back")
      await untilExpired()
      await edit(root, main, (text) => text.replace("raise SystemExit", "# was: raise SystemExit"))
      const { exitCode, stderr } = await call("deploy")
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
      expect(stderr).toMatch(seen())
      expect(await status(target)).toMatchObject({ unrecorded: [], lock: undefined })
    })

    test("a deploy beside one that was killed names it, until its lock is removed", async () => {
      await change.service("unlock")
      await edit(root, "platform.json", (text) => text.replace('"seconds": 1', '"seconds": 120'))
      await killDeployAt("publish")
      const refused = await call("deploy")
      expect(refused.stderr).toMatch(
        /refused: staging is locked: deploy of commit [0-9a-f]{12}( with changes)? by arn:aws:sts::\d+:assumed-role\/cat-house-staging-deployer\/\S+, started at/,
      )
      expect(refused.exitCode).toBe(2)
      expect((await call("status")).stdout).toMatch(
        /It is locked until .*: deploy of commit [0-9a-f]{12}( with changes)? by /,
      )
      expect((await call("unlock")).stdout).toMatch(
        /^Removed the lock of: deploy of commit [0-9a-f]{12}( with changes)? by /,
      )
      const again = await call("unlock")
      expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("refused: staging is not locked.") })
      expect((await call("deploy")).exitCode).toBe(0)
    })

    test("[deploy-interrupted] a deploy that Ctrl-C interrupts puts back what it has rolled out, and gives its lock back", async () => {
      const before = await readRunning(target, target.platform.services)
      await change.service("interrupted")
      const { child, ended } = start(root, args(cloud.endpoint, "deploy"), cloud.variables)
      const ecs = await cloud.aws.ecs()
      const { cluster } = cloud.infrastructure
      await until(
        systemClock,
        { everySeconds: 0.1, forSeconds: 300 },
        async () => (await ecs.describeServices({ cluster, services: ["auth"] })).services![0]!.deployments!,
        ([newest]) => newest?.rolloutState === "IN_PROGRESS",
      )
      child.kill("SIGINT")
      const { exitCode, stderr } = await ended
      expect(stderr).toMatch(seen())
      expect(exitCode).toBe(3)
      const now = await status(target)
      expect(now).toMatchObject({ lock: undefined, unrecorded: [] })
      const tasksOf = (running: typeof before) => running.map(({ revision }) => revision.desiredCount)
      expect(tasksOf(await readRunning(target, target.platform.services))).toEqual(tasksOf(before))
      await edit(root, "services/auth/app/main.py", (text) => text.replace("\n# interrupted\n", ""))
    })

    test("a rollback takes services, secrets and site along, and is told by history and status", async () => {
      const config = async () => (await fetch(`${cloud.infrastructure.site!.url}/config.json`)).text()
      expect(await config()).toContain("anotherHouse")
      const { exitCode, stdout } = await call("rollback", "--to", "1")
      expect(exitCode).toBe(0)
      expect(stdout).toContain("It runs what deployment 1 ran.")
      expect(await config()).not.toContain("anotherHouse")
      await expectNoSecretLeft()
      const { stdout: past } = await call("history", "--limit", "2")
      expect(rowOf(past, "5").slice(2, 4)).toEqual([
        "rollback to 1",
        "auth, catalog, installation, proxy, JWT_SECRET, site",
      ])
      const { stdout: now } = await call("status")
      expect(rowOf(now, "auth").slice(2, 4)).toEqual(["1 of 1", "5"])
      expect(now).toContain("Not locked.")
    })

    test("[rollback-image-gone] a rollback to a deployment that is not kept in full, or is none, is refused", async () => {
      const [record] = await readHistory(target, [2])
      const { name, image } = record!.services[1]!
      const ecr = await cloud.aws.ecr()
      const imageIds = [{ imageDigest: image.split("@")[1]! }]
      await ecr.batchDeleteImage({ repositoryName: `cat-house/${name}`, imageIds })
      const before = await readRunning(target, target.platform.services)
      const gone = await call("rollback", "--to", "2")
      expect(gone.stderr).toMatch(seen())
      expect(gone.stderr).toContain(`catalog: ECR does not hold ${image} any more`)
      const none = await call("rollback", "--to", "99")
      expect(none.stderr).toContain("refused: there is no deployment 99 to staging.")
      expect([gone.exitCode, none.exitCode]).toEqual([2, 2])
      expect(await readRunning(target, target.platform.services)).toEqual(before)
    })
  },
)
