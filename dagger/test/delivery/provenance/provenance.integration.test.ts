import { existsSync } from "node:fs"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { digestOf, ociRepository, type OciRepository } from "../../../delivery/registry/oci-repository.ts"
import { attach, listReferrers, readAttached } from "../../../delivery/provenance/referrers.ts"
import { sbomType } from "../../../delivery/provenance/sbom.ts"
import { chooseSigning, ensureSigned, type Signing } from "../../../delivery/provenance/signing.ts"
import { ensureProvenance, verifyProvenance, type ProvenanceTools } from "../../../delivery/provenance/provenance.ts"
import { runProcess } from "../../../node/processes/run-process.ts"
import { runTool } from "../../../node/tools.ts"
import { messageOf } from "../../../platform/failure.ts"
import { repositoryRoot } from "../../platform-copy.ts"
import { seen } from "../../docs/failure-table.ts"
import { silent } from "../stage.ts"
import { buildCosign, cosignFolder } from "./cosign.ts"
import { emulator, pushTo, repositoryWith } from "./images.ts"
import { listingRegistry } from "./listing-registry.ts"

const state = join(repositoryRoot, ".cathouse")
const uv = join(state, "uv", "bin", "uv")
const run = runTool(repositoryRoot)

const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

/** Runs a program, which is to succeed. */
async function succeed(command: string[], folder: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess(command, folder, { ...process.env, ...env })
  expect({ command, exitCode, said: exitCode === 0 ? "" : stdout + stderr }).toMatchObject({ exitCode: 0 })
  return stdout
}

interface Spdx {
  creationInfo: { created: string }
  documentNamespace: string
  packages: {
    name: string
    versionInfo: string
    licenseDeclared: string
    externalRefs: { referenceType: string; referenceLocator: string }[]
  }[]
  files: { fileName: string; checksums: { algorithm: string }[] }[]
}

async function folderOf(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  afterAll(() => rm(folder, { recursive: true }))
  return folder
}

const supplied = (tools: ProvenanceTools, { login, name: repository }: OciRepository, digest: string) =>
  ensureProvenance(tools, login, { repository, digest, version: "0123" })

/** What a promotion looks at before it changes anything. */
const promoted = ({ login, name }: OciRepository, digest: string, tools: ProvenanceTools, sbom?: string) =>
  verifyProvenance(
    tools,
    login,
    [{ service: "auth", version: "0123", image: `registry/${name}@${digest}`, sbom }],
    silent,
  )

test("an SBOM has what the image has, which is what uv.lock gives the service to run with, as valid SPDX", async () => {
  const environment = await folderOf("cat-house-venv-")
  const services = join(repositoryRoot, "services")
  const what = ["--frozen", "--no-dev", "--package", "auth"]
  await succeed([uv, "sync", "--quiet", ...what, "--no-editable"], services, { UV_PROJECT_ENVIRONMENT: environment })
  const installed = await succeed([uv, "pip", "list", "--format", "freeze", "--python", environment], services)
  const { repository, digest } = await repositoryWith("one", { folder: environment })

  const sbom = await supplied({ run }, repository, digest)
  const content = await readAttached(repository, sbom)
  const document = JSON.parse(content.toString()) as Spdx
  const purls = document.packages
    .flatMap(({ externalRefs }) => externalRefs)
    .filter(({ referenceType }) => referenceType === "purl")
    .map(({ referenceLocator }) => referenceLocator)
  const python = purls.filter((purl) => purl.startsWith("pkg:pypi/")).map((purl) => purl.slice("pkg:pypi/".length))
  expect(python.toSorted()).toEqual(installed.trim().replaceAll("==", "@").split("\n").toSorted())
  expect(python).toContain("cathouse-common@0")
  expect(purls).toContain(`pkg:oci/${repository.name}@${digest}?arch=amd64`)
  expect(document.packages.find(({ name }) => name === repository.name)!.versionInfo).toBe("0123")
  const fastapi = document.packages.find(({ name }) => name === "fastapi")!
  expect(fastapi.licenseDeclared).toBe("MIT")
  // RECORD has the hashes of all of a package's files.
  const record = document.files.find(({ fileName }) => /\/fastapi-[^/]+\.dist-info\/RECORD$/.test(fileName))!
  expect(record.checksums.map(({ algorithm }) => algorithm)).toContain("SHA256")

  const file = join(await folderOf("cat-house-spdx-"), "sbom.spdx.json")
  await writeFile(file, content)
  const project = join(repositoryRoot, "dagger", "tools", "syft")
  const validate = [uv, "run", "--quiet", "--frozen", "--only-group", "validate", "pyspdxtools", "--infile", file]
  await succeed(validate, project, { UV_PROJECT_ENVIRONMENT: join(state, "spdx-tools") })

  // In front of the same images is a registry that knows of no SBOM: it is made anew, and is the same.
  const { login } = await listingRegistry(emulator)
  expect(await supplied({ run }, ociRepository(login, repository.name), digest)).toBe(sbom)
  expect(document.creationInfo.created).toBe("2026-11-24T20:30:40Z")
})

test("[promoted-unproven] a promotion refuses an image without an SBOM, and one that bears another image's", async () => {
  const { repository, digest } = await repositoryWith("one")
  const unproven = promoted(repository, digest, { run })
  await expect(unproven).rejects.toThrow(seen())
  await expect(unproven).rejects.toThrow(`\n  ${repository.name}@${digest} has no SBOM.`)
  const sbom = await supplied({ run }, repository, digest)
  await promoted(repository, digest, { run }, sbom)
  await expect(promoted(repository, digest, { run }, digestOf("another"))).rejects.toThrow(
    `has no SBOM ${digestOf("another")}, which was recorded of it.`,
  )
  const other = await pushTo(repository, "two")
  await attach(repository, other, sbomType, await readAttached(repository, sbom))
  await expect(promoted(repository, other, { run })).rejects.toThrow(
    `the SBOM of ${repository.name}@${other} is of another image.`,
  )
})

const cosign = join(cosignFolder, "cosign")

/** cosign is built from its source, which takes minutes; where nobody has needed it yet, only who asks for it waits. */
const unsigned =
  existsSync(cosign) || process.env.CATHOUSE_SIGNING ? undefined : "CATHOUSE_SIGNING=1 builds cosign for it"

test("where there is no cosign 3, plain Node says how to get it", async () => {
  const folder = await folderOf("cat-house-path-")
  vi.stubEnv("PATH", folder)
  const missing = runTool(repositoryRoot)("cosign", ["version"], { variables: {}, files: {} }).catch(messageOf)
  expect(await missing).toMatch(/^refused: cosign was not found on the PATH.*\n.*Install cosign 3/)
  const old = `#!/bin/sh\necho '{ "gitVersion": "v2.6.1" }'\n`
  await writeFile(join(folder, "cosign"), old, { mode: 0o755 })
  const tooOld = runTool(repositoryRoot)("cosign", ["version"], { variables: {}, files: {} }).catch(messageOf)
  expect(await tooOld).toMatch(/^refused: cosign 2.6.1 is too old/)
  vi.unstubAllEnvs()
})

describe.skipIf(unsigned)(`signing${unsigned ? ` (skipped: ${unsigned})` : ""}`, () => {
  let ours: ProvenanceTools & { signing: Signing }
  let theirs: typeof ours

  beforeAll(async () => {
    if (!existsSync(cosign)) await buildCosign()
    vi.stubEnv("PATH", [cosignFolder, process.env.PATH].join(delimiter))
    ours = await withKeyPair("our password")
    theirs = await withKeyPair("their password")
  }, 900_000)

  /** A pair of keys as people make it. */
  async function withKeyPair(password: string) {
    const folder = await folderOf("cat-house-keys-")
    await succeed([cosign, "generate-key-pair"], folder, { COSIGN_PASSWORD: password })
    const signing = chooseSigning({
      COSIGN_PRIVATE_KEY: await readFile(join(folder, "cosign.key"), "utf8"),
      COSIGN_PASSWORD: password,
      COSIGN_PUBLIC_KEY: await readFile(join(folder, "cosign.pub"), "utf8"),
    })
    return { run, signing: signing! }
  }

  test("what was signed when it was published is promoted, and is signed once, however often it is published", async () => {
    const { repository, digest } = await repositoryWith("one")
    const sbom = await supplied(ours, repository, digest)
    await supplied(ours, repository, digest)
    for (const signed of [digest, sbom]) expect(await listReferrers(repository, signed, bundleType)).toHaveLength(1)
    expect(await listReferrers(repository, digest, sbomType)).toHaveLength(1)
    await promoted(repository, digest, ours)
  })

  test("a promotion refuses what nobody, or somebody else, has signed, the image and the SBOM by themselves", async () => {
    const { repository, digest } = await repositoryWith("one")
    const sbom = await supplied({ run }, repository, digest)
    const unsigned = (what: string) =>
      expect.stringContaining(`${repository.name}@${what} has no signature that COSIGN_PUBLIC_KEY verifies: `) as string
    const problems = () => promoted(repository, digest, ours).catch(messageOf)
    expect(await problems()).toEqual(unsigned(digest))
    expect(await problems()).toEqual(unsigned(sbom))

    await supplied(theirs, repository, digest)
    expect(await problems()).toEqual(unsigned(digest))

    await ensureSigned(repository, digest, ours.signing, run)
    expect(await problems()).not.toEqual(unsigned(digest))
    expect(await problems()).toEqual(unsigned(sbom))
    await supplied(ours, repository, digest)
    await promoted(repository, digest, ours)
  })

  test("a signature that was moved to another image is refused", async () => {
    const { repository, digest } = await repositoryWith("one")
    await supplied(ours, repository, digest)
    const [signature] = await listReferrers(repository, digest, bundleType)
    const bundle = await readAttached(repository, signature!.digest)
    const other = await pushTo(repository, "two")
    await supplied({ run }, repository, other)
    await attach(repository, other, bundleType, bundle)
    await expect(promoted(repository, other, ours)).rejects.toThrow(
      `${repository.name}@${other} has no signature that COSIGN_PUBLIC_KEY verifies`,
    )
  })

  test.each([
    [
      "[image-unsigned] a password that is not the key's",
      { COSIGN_PASSWORD: "meow" },
      /cosign could not sign .*\n.*decrypt/s,
    ],
    ["[image-unsigned] a key that is none", { COSIGN_PRIVATE_KEY: "meow" }, /cosign could not sign .*\n.*pem/s],
  ])("%s is refused, and told in no message", async (_, variables, words) => {
    const { repository, digest } = await repositoryWith("one")
    const sign = { ...ours.signing.sign!, variables: { ...ours.signing.sign!.variables, ...variables } }
    const failure = await supplied({ run, signing: { ...ours.signing, sign } }, repository, digest).catch(messageOf)
    expect(failure).toMatch(seen())
    expect(failure).toMatch(words)
    expect(failure).not.toMatch(/meow|BEGIN/)
  })

  test("a public key that is not of the private one is found out when it signs", async () => {
    const { repository, digest } = await repositoryWith("one")
    const signing = { ...ours.signing, verify: theirs.signing.verify }
    await expect(supplied({ run, signing }, repository, digest)).rejects.toThrow(
      /^refused: .* was signed, and COSIGN_PUBLIC_KEY does not verify it\./,
    )
  })

  test("a registry that lists referrers by itself is believed by cosign, too, and gets no list under a tag", async () => {
    const { login } = await listingRegistry(emulator)
    const { repository, digest } = await repositoryWith("one", { login })
    const sbom = await supplied(ours, repository, digest)
    expect(await supplied(ours, repository, digest)).toBe(sbom)
    for (const signed of [digest, sbom]) expect(await listReferrers(repository, signed, bundleType)).toHaveLength(1)
    expect(await repository.findManifest(digest.replace(":", "-"))).toBeUndefined()
    await promoted(repository, digest, ours)
  })
})
