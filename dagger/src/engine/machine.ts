import type { Directory } from "@dagger.io/dagger"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  imageFinder,
  imagePublisher,
  provenanceVerifier,
  type PublishOptions,
} from "../../delivery/registry/publish.ts"
import { openRemote } from "../../delivery/remote.ts"
import type { Machine } from "../../node/machine.ts"
import type { EnvironmentName } from "../../platform/manifest.ts"
import { openRepository, type Repository } from "../../platform/repository.ts"
import { versionOf } from "../../platform/version.ts"
import { commitOf } from "./commit.ts"
import { readAccess, readSecretValues, type CredentialSecrets, type PlatformSecrets } from "./credentials.ts"
import { openSite } from "./site.ts"
import { images, pushImage } from "./images.ts"
import { startMachine } from "./local-cloud.ts"
import { provenanceToolsWith, type SigningSecrets } from "./provenance.ts"

/** What a caller brings to staging and production. */
export interface CallerArguments {
  credentials: CredentialSecrets
  secrets: PlatformSecrets
  signing: SigningSecrets
  /** The working copy with its .git */
  git?: Directory
  /** Of an emulator of AWS */
  awsEndpoint?: string
}

/** Files of the working copy that this process reads; the engine has them as `source`. */
export async function checkOut(source: Directory): Promise<Repository> {
  const root = join(tmpdir(), "cat-house")
  await source.export(root, { wipe: true })
  return openRepository(root)
}

/** Uses an environment and closes what was started for it, however the use ends. */
export async function withMachine<T>(
  source: Directory,
  environment: EnvironmentName,
  caller: CallerArguments,
  use: (machine: Machine) => Promise<T>,
): Promise<T> {
  const repository = await checkOut(source)
  if (environment !== "local") return use(await openRemoteMachine(source, repository, environment, caller))
  const machine = await startMachine(source, repository)
  try {
    return await use(machine)
  } finally {
    await machine.close()
  }
}

/** An environment in AWS; its images are built and pushed by the engine. */
async function openRemoteMachine(
  source: Directory,
  repository: Repository,
  environment: EnvironmentName,
  caller: CallerArguments,
): Promise<Machine> {
  const { platform } = repository
  const access = await readAccess(caller.credentials, platform, caller.awsEndpoint)
  const target = await openRemote(platform, environment, access)
  const options = await publishOptions(source, repository, caller)
  return {
    target,
    artifacts: {
      versions: imageFinder(target, options),
      images: imagePublisher(target, options),
      verifyProvenance: provenanceVerifier(target, options),
      site: () => openSite(source),
      migrations: images(source, repository).migrations,
      secrets: await readSecretValues(caller.secrets, environment),
      commit: options.commit,
    },
    own: false,
    close: async () => {},
  }
}

/** Publishes what this working copy makes. */
export async function publishOptions(
  source: Directory,
  { root }: Repository,
  { git, awsEndpoint, signing }: Pick<CallerArguments, "git" | "awsEndpoint" | "signing">,
): Promise<PublishOptions> {
  return {
    versionOf: (service) => versionOf(join(root, "services"), service),
    push: (push) => pushImage(source, push),
    commit: await commitOf(git),
    provenance: await provenanceToolsWith(signing),
    registryAddress: awsEndpoint && new URL(awsEndpoint).host,
  }
}
