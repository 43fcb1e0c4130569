import { join } from "node:path"
import { chooseCredentials } from "../aws/credentials.ts"
import { imageFinder, imagePublisher, provenanceVerifier, type PublishOptions } from "../delivery/registry/publish.ts"
import { openRemote, type Access } from "../delivery/remote.ts"
import { openFolder } from "../delivery/site/folder.ts"
import { variableOf, type SecretValues } from "../delivery/secrets/secrets.ts"
import { refused } from "../platform/failure.ts"
import { secretNames, type EnvironmentName, type Platform } from "../platform/manifest.ts"
import type { Repository } from "../platform/repository.ts"
import { versionOf } from "../platform/version.ts"
import { commitOf } from "./commit.ts"
import { imagesOf, type Machine } from "./machine.ts"
import { readMigrations } from "./migrations.ts"
import { pushStoredImage } from "./packages/oci-image.ts"
import { buildSite } from "./packages/site.ts"
import { provenanceToolsOf } from "./provenance.ts"

/** An environment in AWS, or in an emulator at an endpoint, for a machine without an engine. */
export async function openRemoteMachine(
  repository: Repository,
  environment: EnvironmentName,
  endpoint?: string,
): Promise<Machine> {
  const target = await openRemote(repository.platform, environment, await accessFrom(repository.platform, endpoint))
  const options = await publishOptions(repository, endpoint)
  return {
    target,
    artifacts: {
      versions: imageFinder(target, options),
      images: imagePublisher(target, options),
      verifyProvenance: provenanceVerifier(target, options),
      site: async (progress) => openFolder(await buildSite(repository, progress)),
      migrations: () => readMigrations(repository, imagesOf(repository)),
      secrets: secretsFrom(environment),
      commit: options.commit,
    },
    own: false,
    close: async () => {},
  }
}

/** Credentials from the environment's variables, or else from the SDK's own chain: profiles, a machine's role. */
export async function accessFrom(platform: Platform, endpoint?: string): Promise<Access> {
  const { env } = process
  const values = {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
    requestUrl: env.ACTIONS_ID_TOKEN_REQUEST_URL,
    requestToken: env.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
    roleArn: env.AWS_ROLE_ARN,
  }
  return { endpoint, credentials: await chooseCredentials(values, { region: platform.region, endpoint }) }
}

function secretsFrom(environment: EnvironmentName): SecretValues {
  return Object.fromEntries(secretNames.map((name) => [name, process.env[variableOf(environment, name)] || undefined]))
}

/** Publishes from this working copy. Only an emulator may be given images that were made without an engine. */
export async function publishOptions(repository: Repository, endpoint?: string): Promise<PublishOptions> {
  const images = imagesOf(repository)
  return {
    versionOf: (service) => versionOf(join(repository.root, "services"), service),
    commit: await commitOf(repository.root),
    provenance: provenanceToolsOf(repository),
    registryAddress: endpoint && new URL(endpoint).host,
    async push(push) {
      if (!endpoint) {
        throw refused(
          `ECR does not hold ${push.service} ${push.version.slice(0, 12)}, and images for AWS are built by Dagger.`,
          "Run the same with dagger call; plain Node publishes to an emulator only (--aws-endpoint).",
        )
      }
      await pushStoredImage(push, await images.build(repository, push.service))
    },
  }
}
