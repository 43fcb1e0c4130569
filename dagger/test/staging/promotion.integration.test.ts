import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Client } from "pg"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { systemClock } from "../../platform/clock.ts"
import type { Infrastructure } from "../../platform/infrastructure.ts"
import { readRecord } from "../../delivery/records/record.ts"
import { findImage } from "../../delivery/registry/ecr.ts"
import { readRunning } from "../../delivery/ecs/services.ts"
import { container } from "../../delivery/ecs/task-definition.ts"
import type { Target } from "../../delivery/target.ts"
import { account } from "../../local-cloud/ministack.ts"
import { openRepository } from "../../platform/repository.ts"
import { cathouse, type Ended } from "../node/cathouse.ts"
import { terraform } from "../infra/terraform.ts"
import { commitCopy, copyPlatform, repositoryRoot } from "../platform-copy.ts"
import { hurry } from "../working-copy.ts"
import { startStagingCloud, type StagingCloud } from "./cloud.ts"

const role = (name: string) => `arn:aws:iam::${account}:role/cat-house-${name}`

/** Two environments, and a working copy that goes to staging, from where production is promoted: each test goes on. */
describe.skipIf(!terraform.found)(
  `deploy --env production${terraform.found ? "" : ` (skipped: ${terraform.missing})`}`,
  () => {
    let cloud: StagingCloud
    let root: string
    let staging: Target
    let production: Target
    let variables: Record<string, string>

    beforeAll(async () => {
      root = await copyPlatform()
      await hurry(root, (text) => text.replaceAll('"production": 2', '"production": 1'))
      commitCopy(root)
      cloud = await startStagingCloud({ withProduction: true })
      const { platform } = await openRepository(root)
      const open = (environment: "staging" | "production", infrastructure: Infrastructure): Target => ({
        environment,
        platform,
        infrastructure,
        aws: cloud.aws,
        clock: systemClock,
        pollSeconds: 0.5,
      })
      staging = open("staging", cloud.infrastructure)
      production = open("production", cloud.production!)
      variables = {
        ...cloud.variables,
        PRODUCTION_DATABASE_URL: await createDatabase(cloud.variables.STAGING_DATABASE_URL!, "production"),
        PRODUCTION_JWT_SECRET: "another-secret-of-the-tests-that-signs-tokens",
        PRODUCTION_ENCRYPTION_KEY: `${Buffer.from("thirty-two bytes of production's").toString("base64url")}=`,
      }
    }, 900_000)

    afterAll(async () => {
      await cloud?.close()
      await rm(root, { recursive: true, force: true })
    })

    const call = (as: string, ...args: string[]): Promise<Ended> =>
      cathouse(root, [...args, "--aws-endpoint", cloud.endpoint], { ...variables, AWS_ROLE_ARN: role(as) })
    const plan = (version: string) => call("production-planner", "plan", "--env", "production", "--version", version)
    const approvalIn = ({ stdout }: Ended) => / --approve ([0-9a-f-]+)$/m.exec(stdout)![1]!

    /** What runs, what the buckets hold, the secrets' versions and the images' tags. */
    async function everything({ aws, infrastructure, platform }: Target): Promise<unknown> {
      const [s3, secrets, ecr] = [await aws.s3(), await aws.secrets(), await aws.ecr()]
      const buckets = [infrastructure.deploymentsBucket, infrastructure.site!.bucket]
      const objects = buckets.map(async (Bucket) => (await s3.listObjectsV2({ Bucket })).Contents)
      const versions = Object.values(infrastructure.secrets).map(
        async (SecretId) => (await secrets.describeSecret({ SecretId })).VersionIdsToStages,
      )
      const images = platform.services.map(
        async ({ name }) => (await ecr.listImages({ repositoryName: `cat-house/${name}` })).imageIds,
      )
      return [
        await readRunning({ ...production, aws, infrastructure, platform }, platform.services),
        await Promise.all([...objects, ...versions, ...images]),
      ]
    }

    const imagesOf = async (target: Target) =>
      (await readRunning(target, target.platform.services)).map(({ definition }) => container(definition)!.image)

    let approved: string

    test("docs/first-deploy.md's commands for staging do what the page says, in its order", async () => {
      const early = await plan("staging-1")
      expect(early.stderr).toMatch(/refused: staging has not run staging-1\.\n.*there is none yet/)
      const page = await readFile(join(repositoryRoot, "docs", "first-deploy.md"), "utf8")
      const [section] = /^## 5\. Staging$[^]*?(?=^## )/m.exec(page)!
      const commands = [...section.matchAll(/^dagger call (.+)$/gm)].map(([, command]) => command!.split(" "))
      expect(commands.map(([verb]) => verb)).toEqual(["plan", "deploy", "verify", "rollback-verify"])
      for (const command of commands) {
        const { exitCode, stderr } = await call("staging-deployer", ...command)
        expect(exitCode, stderr).toBe(0)
      }
    })

    test("a plan by the role that may only read tells all, and changes nothing", async () => {
      const before = [await everything(staging), await everything(production)]
      const planned = await plan("staging-1")
      expect(planned.stderr).not.toContain("refused")
      expect([await everything(staging), await everything(production)]).toEqual(before)
      expect(planned.stdout).toContain("It promotes staging-1, made from ")
      expect(planned.stdout).toMatch(/```sql\n-- 0001\nCREATE TABLE users \(/)
      expect(planned.stdout).toContain("DATABASE_URL gets the new value of PRODUCTION_DATABASE_URL")
      expect(planned.stdout).toContain("The deployer has all that were checked.")
      expect(planned.stdout).not.toContain("What could not be read")
      approved = approvalIn(planned)
    })

    test("the planner's role may do what a plan does, and none of what a deploy does", async () => {
      const iam = await cloud.aws.iam()
      const { deploymentsBucket, site } = cloud.infrastructure
      const decide = async (action: string, resource: string) => {
        const { EvaluationResults = [] } = await iam.simulatePrincipalPolicy({
          PolicySourceArn: role("production-planner"),
          ActionNames: [action],
          ResourceArns: [resource],
        })
        return EvaluationResults[0]!.EvalDecision === "allowed"
      }
      const { infrastructure, platform } = production
      const objectIn = (bucket: string) => `arn:aws:s3:::${bucket}/any`
      const theirs = [deploymentsBucket, site!.bucket].map(objectIn)
      const ours = [infrastructure.deploymentsBucket, infrastructure.site!.bucket].map(objectIn)
      for (const object of [ours[0]!, ...theirs]) expect(await decide("s3:GetObject", object), object).toBe(true)
      for (const object of [...ours, ...theirs]) expect(await decide("s3:PutObject", object), object).toBe(false)
      const repository = `arn:aws:ecr:${platform.region}:${account}:repository/cat-house/auth`
      const secret = infrastructure.secrets.DATABASE_URL!
      for (const [action, resource, allowed] of [
        ["secretsmanager:DescribeSecret", secret, true],
        ["secretsmanager:GetSecretValue", secret, false],
        ["iam:SimulatePrincipalPolicy", role("production-deployer"), true],
        ["ecr:BatchGetImage", repository, true],
        ["ecr:PutImage", repository, false],
      ] as const)
        expect(await decide(action, resource), action).toBe(allowed)
    })

    test("an approved plan gives production the very images and the very site that ran in staging", async () => {
      const deploy = (...args: string[]) => call("production-deployer", "deploy", "--env", "production", ...args)
      expect((await deploy()).stderr).toMatch(/refused: production promotes what staging has run.*\n.*staging-1/)
      expect((await deploy("--version", "staging-1")).stderr).toMatch(/refused: production requires an approved/)
      const deployed = await deploy("--version", "staging-1", "--approve", approved)
      expect(deployed.stderr).not.toMatch(/refused|building|exporting/)
      expect(deployed.stdout).toContain("Deployment 1: ")

      expect(await imagesOf(production)).toEqual(await imagesOf(staging))
      const pages = [staging, production].map(async ({ infrastructure }) =>
        (await fetch(infrastructure.site!.url)).text(),
      )
      const [theirs, ours] = await Promise.all(pages)
      expect(ours).toContain("<html")
      expect(ours).toBe(theirs)
      const [promoted, ran] = [await readRecord(production, 1), await readRecord(staging, 1)]
      expect(promoted).toMatchObject({ version: "staging-1", plan: approved, site: ran.site, migration: "0002" })
      for (const { name, image } of promoted.services) {
        const tagged = await findImage(cloud.aws, `cat-house/${name}`, "production-1")
        expect(image).toContain(`@${tagged!.digest}`)
      }
    })

    test("a destructive migration is refused, let through where it is allowed, and listed in production's plan", async () => {
      await writeFile(
        join(root, "services/auth/migrations/versions/0003_gone.py"),
        'from alembic import op\n\nrevision = "0003"\ndown_revision = "0002"\n\n\ndef upgrade() -> None:\n    op.execute("DROP TABLE IF EXISTS nothing")\n',
      )
      const deploy = (...args: string[]) => call("staging-deployer", "deploy", "--env", "staging", ...args)
      const refused = await deploy()
      expect(refused.exitCode).toBe(2)
      expect(refused.stderr).toMatch(/refused: the migrations are destructive.*\n {2}0003 drops the table nothing\./)
      expect((await deploy("--allow-destructive")).stdout).toContain("Deployment 2: ")

      const planned = await plan("staging-2")
      expect(planned.stdout).toContain("> - 0003 drops the table nothing: `DROP TABLE IF EXISTS nothing`")
      expect(planned.stdout).toContain("auth")
      const stale = await call(
        "production-deployer",
        ...["deploy", "--env", "production", "--version", "staging-2", "--allow-destructive", "--approve", approved],
      )
      expect(stale.exitCode).toBe(2)
      expect(stale.stderr).toMatch(
        /What differs: version, images, task definitions, migrations, secrets, site\. It is plan/,
      )
      expect(stale.stderr).toContain(approvalIn(planned))
    })
  },
)

/** A second database beside the one of a URL; returns its URL. */
async function createDatabase(url: string, name: string): Promise<string> {
  const { host, port, user, password } = new Client({ connectionString: url.split("?")[0] })
  const client = new Client({
    host,
    port,
    user,
    password: password!,
    database: "postgres",
    ssl: { rejectUnauthorized: false },
  })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}
