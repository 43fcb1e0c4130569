import { describe, expect, test } from "vitest"
import { deploySiteAlone } from "../../delivery/deploy-site.ts"
import { deploy } from "../../delivery/deploy.ts"
import { migrate } from "../../delivery/migrate.ts"
import { planId } from "../../delivery/plan/plan-id.ts"
import { plan } from "../../delivery/plan/plan.ts"
import { chooseArtifacts } from "../../delivery/records/promotion.ts"
import { findImage } from "../../delivery/registry/ecr.ts"
import { rollbackVerify } from "../../delivery/rollback-verify/rollback-verify.ts"
import { parametersOf } from "../../platform/infrastructure.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { planSummary } from "../../report/plan-summary.ts"
import { manifest } from "../platform/manifests.ts"
import { putImages } from "./ecr-images.ts"
import { silent, stage, version, versionsOf } from "./stage.ts"

/** No name here means anything: `production` is as good as none, and what it needed by its name others need by property. */
const platform = parsePlatform(
  manifest((platform) => {
    platform.environments = {
      laptop: { local: true, tasks: 1 },
      production: { tasks: 2 },
      "qa-eu": { tasks: 1, promotesFrom: "production" },
      bank: { tasks: 1, approval: true },
    }
  }),
)
const names = platform.services.map(({ name }) => name)

/** A stage as one of these environments, with an image that ECR holds. */
async function environment(name: string, content = "properties") {
  const { target, progress, calls, lines } = await stage({}, { platform })
  target.environment = name
  const image = await putImages(target.aws, names, content)
  calls.length = 0
  return { target, progress, calls, lines, artifacts: version(image), image }
}

test("an environment without an approval is deployed to, with its number of tasks, and tags the images that it runs", async () => {
  const { target, artifacts, image } = await environment("production", "tagged")
  await deploy(target, artifacts, silent)
  expect(await versionsOf(target)).toEqual(Object.fromEntries(names.map((name) => [name, `${image} × 2`])))
  for (const name of names) {
    expect((await findImage(target.aws, `cat-house/${name}`, "production-1"))?.digest).toBe(`sha256:${image}`)
  }
})

test("the local environment leaves ECR alone, whatever its name", async () => {
  const { target } = await environment("laptop")
  await deploy(target, version("aaa"), silent)
  expect(await findImage(target.aws, "cat-house/auth", "laptop-1")).toBeUndefined()
  await expect(chooseArtifacts(target, version("aaa"), "3")).rejects.toThrow(
    /^refused: --version is for production, qa-eu, bank\.\n {2}laptop is deployed from the working copy\./,
  )
})

describe("an environment with an approval", () => {
  test("takes no deploy without a plan, and the one that was approved", async () => {
    const { target, calls, artifacts } = await environment("bank", "approved")
    await expect(deploy(target, artifacts, silent)).rejects.toThrow(
      /^refused: bank requires an approved plan, and none was named\.\n {2}Make it with plan --env bank, read it/,
    )
    expect(calls).toEqual([])
    const committed = { ...artifacts, commit: { sha: "1".repeat(40), changed: false } }
    const planned = await plan(target, await chooseArtifacts(target, committed, undefined), silent)
    expect(await deploy(target, committed, silent, { approve: planId(planned) })).toMatchObject({ number: 1 })
  })

  test("is changed as a whole, and nothing is broken there for a test", async () => {
    const { target, calls, artifacts } = await environment("bank")
    const whole = /^refused: bank requires an approved plan of the whole platform\./
    await expect(migrate(target, artifacts, silent)).rejects.toThrow(whole)
    await expect(deploySiteAlone(target, artifacts, silent)).rejects.toThrow(whole)
    await expect(rollbackVerify(target, artifacts, {}, silent)).rejects.toThrow(
      /^refused: rollback-verify breaks a service on purpose, and does not do that in bank\.\n {2}Use --env production\./,
    )
    expect(calls).toEqual([])
  })
})

test("an environment that promotes is given what the one before it ran, by that one's names, and needs no approval", async () => {
  const [before, after] = [await environment("production", "promoted"), await environment("qa-eu", "promoted")]
  const ssm = await before.target.aws.ssm()
  for (const [name, Value] of Object.entries(parametersOf(before.target.infrastructure)))
    await ssm.putParameter({ Name: `/cat-house/production/${name}`, Value, Type: "String", Overwrite: true })
  await deploy(before.target, before.artifacts, silent)

  const { target } = after
  const untouched = version("what nothing is taken from")
  const choose = (version?: string) => chooseArtifacts(target, untouched, version)
  await expect(choose()).rejects.toThrow(
    /^refused: qa-eu promotes what production has run, and no version was named\.\n.*the last are production-1\./,
  )
  await expect(choose("qa-eu-1")).rejects.toThrow(
    /^refused: "qa-eu-1" is not a version of production\.\n {2}Expected a deployment to production, such as production-12/,
  )
  await expect(migrate(target, untouched, silent)).rejects.toThrow(/^refused: qa-eu promotes what production has run/)
  const chosen = await choose("production-1")
  expect(planSummary(await plan(target, chosen, silent), "dagger call")).toContain(
    "It promotes production-1, made from",
  )
  await deploy(target, chosen, silent)
  expect(await versionsOf(target)).toEqual(Object.fromEntries(names.map((name) => [name, `${after.image} × 1`])))
  expect((await findImage(target.aws, "cat-house/auth", "qa-eu-1"))?.digest).toBe(`sha256:${after.image}`)
})

test("rollback-verify breaks, where no service is named, the first that does not migrate", async () => {
  const { target, progress, lines } = await environment("laptop")
  await rollbackVerify(target, version("aaa"), { breakage: "crash" }, progress)
  expect(lines).toContain("catalog: rolling out a revision that is broken on purpose: crash")
})
