import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { connect } from "../../../aws/clients.ts"
import type { RegistryLogin } from "../../../delivery/registry/ecr.ts"
import { ociRepository } from "../../../delivery/registry/oci-repository.ts"
import { pushStoredImage } from "../../../node/packages/oci-image.ts"
import { ministack } from "../emulator.ts"

export const aws = connect({
  region: "sa-east-1",
  endpoint: ministack.url,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
})

/** ECR's emulator, which lists no referrers by itself. */
export const emulator: RegistryLogin = {
  scheme: "http",
  address: new URL(ministack.url).host,
  username: "AWS",
  password: "secret",
}

let repositories = 0

/** A repository of its own with one image in it, of a folder's files or of one that says `content`. */
export async function repositoryWith(content: string, { login = emulator, folder = "" } = {}) {
  const name = `supply-${++repositories}/auth`
  await (await aws.ecr()).createRepository({ repositoryName: name })
  const repository = ociRepository(login, name)
  return { repository, digest: await pushTo(repository, content, folder) }
}

export async function pushTo(
  { login, name, findManifest }: ReturnType<typeof ociRepository>,
  content: string,
  folder = "",
): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "cat-house-image-"))
  onTestFinished(() => rm(made, { recursive: true }))
  await writeFile(join(made, "main.py"), `print("${content}")\n`)
  const push = {
    service: "auth",
    version: content,
    address: `${login.address}/${name}:${content}`,
    login,
    annotations: { "org.opencontainers.image.created": "2026-11-24T20:30:40.123Z" },
  }
  await pushStoredImage(push, { version: content, folder: folder || made })
  return (await findManifest(content))!.descriptor.digest
}
