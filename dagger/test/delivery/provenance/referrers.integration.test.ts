import { expect, test } from "vitest"
import { digestOf, ociRepository } from "../../../delivery/registry/oci-repository.ts"
import { attach, listReferrers, readAttached } from "../../../delivery/provenance/referrers.ts"
import { ensureSbom } from "../../../delivery/provenance/sbom.ts"
import { seen } from "../../docs/failure-table.ts"
import { cutOff, serve } from "../../serve.ts"
import { aws, emulator, repositoryWith } from "./images.ts"
import { listingRegistry } from "./listing-registry.ts"

const type = "application/spdx+json"
const document = Buffer.from('{"cat":"🐈"}')

test("what is attached is found by the image's digest, byte for byte", async () => {
  const { repository, digest } = await repositoryWith("one")
  const attached = await attach(repository, digest, type, document)
  const [found, ...others] = await listReferrers(repository, digest, type)
  expect(others).toEqual([])
  expect(found).toMatchObject({ digest: attached, artifactType: type })
  expect(await readAttached(repository, attached)).toEqual(document)
  const { content } = (await repository.findManifest(attached))!
  expect(content).toMatchObject({ artifactType: type, subject: { digest } })
  expect(await listReferrers(repository, digest, "application/x-other")).toEqual([])
})

test("the same document attached again leaves the registry as it is, another one goes beside it", async () => {
  const { repository, digest } = await repositoryWith("one")
  const held = async () => {
    const { imageDetails = [] } = await (await aws.ecr()).describeImages({ repositoryName: repository.name })
    return imageDetails.map(({ imageDigest }) => imageDigest).toSorted()
  }
  const first = await attach(repository, digest, type, document)
  const before = await held()
  expect(await attach(repository, digest, type, document)).toBe(first)
  expect(await held()).toEqual(before)
  const other = await attach(repository, digest, type, Buffer.from("{}"))
  expect((await listReferrers(repository, digest, type)).map((one) => one.digest)).toEqual([first, other])
})

test("a registry that lists referrers by itself is asked for them, page by page, and gets no list under a tag", async () => {
  const { login, asked } = await listingRegistry(emulator, { pageSize: 1 })
  const { repository, digest } = await repositoryWith("one", { login })
  const attached = [
    await attach(repository, digest, type, document),
    await attach(repository, digest, type, Buffer.from("{}")),
    await attach(repository, digest, type, document),
  ]
  expect((await listReferrers(repository, digest, type)).map((one) => one.digest).toSorted()).toEqual(
    [...new Set(attached)].toSorted(),
  )
  expect(asked.filter((request) => request.includes("/manifests/sha256-"))).toEqual([])
})

test("[sbom-unmade] an image that cannot be listed is told with the tool's last words", async () => {
  const { repository, digest } = await repositoryWith("one")
  const failing = async () => ({ exitCode: 1, stdout: "", stderr: "no space left on device\n" })
  await expect(ensureSbom(repository, { digest, version: "one" }, failing)).rejects.toThrow(seen())
  expect(await listReferrers(repository, digest, type)).toEqual([])
})

test("nothing is attached to an image that is not there", async () => {
  const { repository } = await repositoryWith("one")
  const gone = digestOf("no image")
  await expect(attach(repository, gone, type, document)).rejects.toThrow(
    `refused: the registry does not hold ${repository.name}@${gone}.`,
  )
})

test("a registry that does not answer is named, and the password is not", async () => {
  const { repository, digest } = await repositoryWith("one")
  const nowhere = ociRepository({ ...repository.login, address: "127.0.0.1:9" }, repository.name)
  const failure = await attach(nowhere, digest, type, document).catch((error: Error) => error.message)
  expect(failure).toMatch(
    /^refused: the registry does not answer GET http:\/\/127\.0\.0\.1:9\/v2\/.*\n {2}Nothing was changed/,
  )
  expect(failure).not.toContain("secret")
})

test("a registry whose answer stops half-way is told as one that does not answer", async () => {
  const { repository, digest } = await repositoryWith("one")
  const { host: address } = new URL(await serve(cutOff))
  const failing = listReferrers(ociRepository({ ...repository.login, address }, repository.name), digest, type)
  await expect(failing).rejects.toThrow(/^refused: the registry does not answer GET http:.*\n {2}Nothing was changed/)
})
