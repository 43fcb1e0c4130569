import { expect, test } from "vitest"
import { deploy } from "../../../delivery/deploy.ts"
import { planId } from "../../../delivery/plan/plan-id.ts"
import { plan } from "../../../delivery/plan/plan.ts"
import { secretsToRotate } from "../../../delivery/secrets/plan.ts"
import { readRecord } from "../../../delivery/records/record.ts"
import type { SecretName } from "../../../platform/manifest.ts"
import { planSummary } from "../../../report/plan-summary.ts"
import { seen } from "../../docs/failure-table.ts"
import { silent, stage, version } from "../stage.ts"

const value = (letter: string) => `${letter.repeat(43)}=`

/** A deployment whose secrets are set, and what deploys make of others. */
async function deployed() {
  const { target } = await stage()
  await deploy(target, { ...version("aaa"), secrets: { ENCRYPTION_KEY: value("a") } }, silent)
  const made = (rotate: SecretName[] | undefined, secrets = {}) => ({ ...version("aaa"), secrets, rotate })
  return { target, made }
}

test("a plan says which secrets are to change, the same with their values and without", async () => {
  const { target, made } = await deployed()
  const without = await plan(target, made(["ENCRYPTION_KEY"]), silent)
  const given = await plan(target, made(["ENCRYPTION_KEY"], { ENCRYPTION_KEY: value("b") }), silent)
  expect(planId(without)).toBe(planId(given))
  expect(planSummary(without, "dagger call")).toMatch(
    /ENCRYPTION_KEY gets the new value[^]*deploy --env local --rotate ENCRYPTION_KEY/,
  )
  await deploy(target, made(["ENCRYPTION_KEY"], { ENCRYPTION_KEY: value("b") }), silent, { approve: planId(without) })
  const [first, second] = [await readRecord(target, 1), await readRecord(target, 2)]
  expect(second.secrets.ENCRYPTION_KEY).not.toBe(first.secrets.ENCRYPTION_KEY)
})

test("a secret that is not named keeps its value, whatever is given", async () => {
  const { target, made } = await deployed()
  const { number } = await deploy(target, made([], { ENCRYPTION_KEY: value("c") }), silent)
  expect(number).toBeUndefined()
})

test.each([
  ["without a value", {}, "LOCAL_ENCRYPTION_KEY is not set, and --rotate names it"],
  [
    "with the value that is there",
    { ENCRYPTION_KEY: value("a") },
    "is the value of ENCRYPTION_KEY that is there already",
  ],
])("[rotate-unset] a secret that is named %s is refused", async (_, secrets, words) => {
  const { target, made } = await deployed()
  const failing = deploy(target, made(["ENCRYPTION_KEY"], secrets), silent)
  await expect(failing).rejects.toThrow(seen())
  await expect(failing).rejects.toThrow(words)
})

test("names are those that the platform uses; where a plan is approved, none named is none", async () => {
  const { target } = await stage()
  expect(secretsToRotate(target, [])).toBeUndefined()
  expect(secretsToRotate(target, [" ENCRYPTION_KEY ", ""])).toEqual(["ENCRYPTION_KEY"])
  expect(() => secretsToRotate(target, ["COOKIE"])).toThrow(
    /^refused: unknown secret "COOKIE"\.\n {2}Expected some of: DATABASE_URL/,
  )
  target.environment = "production"
  expect(secretsToRotate(target, [""])).toEqual([])
})
