import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { connect } from "../../../aws/clients.ts"
import { branchTag, publish, tagsOf, type PublishOptions } from "../../../delivery/registry/publish.ts"
import { recordName } from "../../../node/packages/images.ts"
import { pushStoredImage } from "../../../node/packages/oci-image.ts"
import type { Commit } from "../../../platform/commit.ts"
import { parsePlatform } from "../../../platform/manifest.ts"
import { manifest } from "../../platform/manifests.ts"
import { ministack } from "../emulator.ts"
import { seen } from "../../docs/failure-table.ts"
import { silent } from "../stage.ts"

let registries = 0
const platform = parsePlatform(manifest())

/** A registry in ECR with an empty repository for each service, and a way to publish a version of them to it. */
async function registry() {
  const platform = { ...parsePlatform(manifest()), name: `registry-${++registries}` }
  const aws = connect({ region: platform.region, endpoint: ministack.url, credentials })
  const ecr = await aws.ecr()
  for (const { name } of platform.services) await ecr.createRepository({ repositoryName: `${platform.name}/${name}` })
  const folder = await mkdtemp(join(tmpdir(), "cat-house-image-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, "main.py"), "print('cat')\n")
  await writeFile(join(folder, recordName), "{}")
  const pushes: string[] = []
  const options = (version: string, others: Partial<PublishOptions> = {}): PublishOptions => ({
    versionOf: async () => version,
    registryAddress: new URL(ministack.url).host,
    async push(push) {
      pushes.push(push.service)
      await pushStoredImage(push, { version, folder })
    },
    ...others,
  })
  const publishAll = (version: string, others?: Partial<PublishOptions>) =>
    publish(aws, platform, platform.services, options(version, others), silent)
  const tagsIn = async (service: string) => {
    const { imageDetails = [] } = await ecr.describeImages({ repositoryName: `${platform.name}/${service}` })
    return imageDetails.map(({ imageTags = [] }) => imageTags.toSorted())
  }
  return { aws, platform, publishAll, pushes, tagsIn, folder }
}

const credentials = { accessKeyId: "test", secretAccessKey: "test" }
const commit: Commit = { sha: "1".repeat(40), branch: "feature/cats", changed: false, source: "https://example.com/x" }

test("an image is pushed under its version, the commit and the branch", async () => {
  const { publishAll, pushes, tagsIn } = await registry()
  const published = await publishAll("v1", { commit, tag: "rc.1" })
  expect(pushes.toSorted()).toEqual(["auth", "catalog", "installation", "proxy"])
  expect(published[1]).toMatchObject({
    service: "catalog",
    pushed: true,
    tags: ["v1", commit.sha, "feature-cats", "rc.1"],
  })
  expect(published[1]!.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(await tagsIn("catalog")).toEqual([["v1", commit.sha, "feature-cats", "rc.1"].toSorted()])
})

test("a version that ECR holds is neither built nor pushed again, and gets the new commit's tags", async () => {
  const { publishAll, pushes, tagsIn } = await registry()
  const [first] = await publishAll("v1", { commit })
  pushes.length = 0
  const next = { ...commit, sha: "2".repeat(40), branch: "main" }
  const [second] = await publishAll("v1", { commit: next })
  expect(pushes).toEqual([])
  expect(second).toMatchObject({ digest: first!.digest, pushed: false })
  expect(await tagsIn("auth")).toEqual([["v1", commit.sha, next.sha, "feature-cats", "latest", "main"].toSorted()])
})

test("[commit-moved] a branch's tag moves with it, a commit's does not", async () => {
  const { publishAll, tagsIn } = await registry()
  await publishAll("v1", { commit })
  const next = { ...commit, sha: "2".repeat(40) }
  await publishAll("v2", { commit: next })
  expect((await tagsIn("auth")).toSorted()).toEqual([
    [commit.sha, "v1"],
    [next.sha, "feature-cats", "v2"],
  ])
  await expect(publishAll("v3", { commit: next })).rejects.toThrow(seen())
  expect(await tagsIn("auth")).toHaveLength(2)
})

test("what differs from its commit bears none of the commit's tags", async () => {
  const { publishAll, tagsIn } = await registry()
  await publishAll("v1", { commit: { ...commit, changed: true } })
  expect(await tagsIn("auth")).toEqual([["v1"]])
})

test("annotations are the manifest's: the image's configuration and layers depend on content alone", async () => {
  const { aws, platform, publishAll } = await registry()
  await publishAll("v1", { commit })
  const ecr = await aws.ecr()
  const held = async (imageTag: string) => {
    const answer = await ecr.batchGetImage({ repositoryName: `${platform.name}/auth`, imageIds: [{ imageTag }] })
    return JSON.parse(answer.images![0]!.imageManifest!) as Record<string, unknown> & { annotations: object }
  }
  const one = await held("v1")
  expect(one.annotations).toMatchObject({
    "org.opencontainers.image.version": "v1",
    "org.opencontainers.image.revision": commit.sha,
    "org.opencontainers.image.source": commit.source,
  })
  await ecr.batchDeleteImage({
    repositoryName: `${platform.name}/auth`,
    imageIds: [{ imageTag: "v1" }, { imageTag: commit.sha }, { imageTag: "feature-cats" }],
  })
  await publishAll("v1", { commit: { ...commit, sha: "3".repeat(40) } })
  const other = await held("v1")
  expect([other.config, other.layers]).toEqual([one.config, one.layers])
})

test("[ecr-silent] an ECR that does not answer is told before anything is built", async () => {
  const { aws, publishAll, pushes } = await registry()
  const { middlewareStack } = await aws.ecr()
  middlewareStack.add(() => () => Promise.reject(new Error("connect ETIMEDOUT")), { step: "initialize" })
  await expect(publishAll("v1")).rejects.toThrow(seen())
  expect(pushes).toEqual([])
})

test("[repository-missing] a repository that does not exist is refused before anything is built", async () => {
  const { aws, platform, publishAll, pushes } = await registry()
  await (await aws.ecr()).deleteRepository({ repositoryName: `${platform.name}/proxy`, force: true })
  await expect(publishAll("v1")).rejects.toThrow(seen())
  expect(pushes).toEqual([])
})

test("[push-lost] an image that was pushed elsewhere is not taken for published", async () => {
  const { publishAll } = await registry()
  await expect(publishAll("v1", { push: async () => {} })).rejects.toThrow(seen())
})

test.each(["with space", "-first", ".first", "", "x".repeat(129), "ä"])(
  "the tag %j is refused, as ECR would",
  (tag) => {
    expect(() => tagsOf(platform, { tag })).toThrow(/^refused: .* is not a tag that ECR accepts/)
  },
)

test.each(["latest", "production-7", "staging-7", "1".repeat(40), "a".repeat(64)])(
  "the tag %s says something that nobody may say by hand",
  (tag) => {
    expect(() => tagsOf(platform, { tag })).toThrow(/^refused: the tag .* is kept for what it says/)
  },
)

test.each([
  ["feature/cats", "feature-cats"],
  ["ünï", "-n-"],
  ["production-7", "branch-production-7"],
  ["staging-cats", "branch-staging-cats"],
  ["local-7", "local-7"],
  ["latest", "branch-latest"],
])("the branch %s makes a tag that is safe", (branch, tag) => {
  expect(branchTag(platform, branch)).toBe(tag.startsWith("-") ? `branch-${tag}` : tag)
})
