import { beforeAll, expect, test } from "vitest"
import { connect } from "../../../aws/clients.ts"
import type { Artifacts } from "../../../delivery/artifacts.ts"
import { deploy } from "../../../delivery/deploy.ts"
import { plan } from "../../../delivery/plan/plan.ts"
import { findOlder } from "../../../delivery/records/older.ts"
import { chooseArtifacts } from "../../../delivery/records/promotion.ts"
import { readRecord } from "../../../delivery/records/record.ts"
import { historySummary } from "../../../report/status-summary.ts"
import { planSummary } from "../../../report/plan-summary.ts"
import { seen } from "../../docs/failure-table.ts"
import { putImages } from "../ecr-images.ts"
import { ministack } from "../emulator.ts"
import { silent, stage, version } from "../stage.ts"

let digests: Record<"old" | "new", string> | undefined
beforeAll(async () => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const aws = connect({ region: "sa-east-1", endpoint: ministack.url, credentials })
  const put = (name: string) => putImages(aws, ["auth", "catalog", "installation", "proxy"], name)
  digests = { old: await put("old"), new: await put("new") }
}, 60_000)

const commits = { old: "a".repeat(40), new: "b".repeat(40) }
const isAncestor = async (older: string, newer: string) => older === commits.old && newer === commits.new
const made = (name: "old" | "new"): Artifacts => {
  const commit = { sha: commits[name], changed: false }
  return { ...version(digests?.[name] ?? ""), commit, isAncestor }
}

test("[version-older] an older commit is refused but on purpose, and plan and history say so", async () => {
  const { target } = await stage()
  target.environment = "staging"
  await deploy(target, made("new"), silent)
  await expect(deploy(target, made("old"), silent)).rejects.toThrow(seen())
  const planned = planSummary(await plan(target, made("old"), silent), "dagger call")
  expect(planned).toContain("> Commit aaaaaaaaaaaa is older than bbbbbbbbbbbb, which runs: this needs `--allow-older`.")
  expect(planned).toMatch(/deploy --env staging --allow-older --approve /)
  await deploy(target, made("old"), silent, { allowOlder: true })
  const record = await readRecord(target, 2)
  expect(historySummary([{ record, changed: [] }])).toContain("deploy (commit aaaaaaaaaaaa is older than bbbbbbbbbbbb)")
  // Forward again, which nobody has to allow.
  expect((await deploy(target, made("new"), silent)).number).toBe(3)
})

const last = (version: string | undefined, sha?: string) =>
  ({ version, commit: sha && { sha, changed: false } }) as Parameters<typeof findOlder>[1]

test.each([
  ["a version before the one that runs", { version: "staging-9" }, last("staging-12"), /^staging-9 is older than/],
  ["a later version", { version: "staging-12" }, last("staging-9"), undefined],
  ["the same commit", made("new"), last(undefined, commits.new), undefined],
  ["a commit of another branch", { ...made("old"), isAncestor: async () => false }, last("", commits.new), undefined],
  ["a clone that lacks the commit", { ...made("old"), isAncestor: async () => undefined }, last("", "c"), undefined],
  ["a first deployment", made("old"), undefined, undefined],
])("%s", async (_, artifacts, before, words) => {
  const older = await findOlder(artifacts, before)
  if (words) expect(older).toMatch(words)
  else expect(older).toBeUndefined()
})

test("[commit-missing] an environment in AWS is not deployed from a folder without git", async () => {
  const { target } = await stage()
  target.environment = "staging"
  await expect(chooseArtifacts(target, version(digests!.new), undefined)).rejects.toThrow(seen())
  target.environment = "local"
  expect((await chooseArtifacts(target, version(digests!.new), undefined)).commit).toBeUndefined()
})
