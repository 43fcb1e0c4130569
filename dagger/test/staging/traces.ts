import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { family, readProcess } from "../node/processes.ts"
import type { StagingCloud } from "./cloud.ts"

/** All that deployments have left behind, by where it is: a secret's value must be in none of it. */
export async function everythingLeftBehind(cloud: StagingCloud): Promise<Record<string, string>> {
  return {
    "Terraform's state": await filesUnder(cloud.terraformFolder, /tfstate/),
    "task definitions": await taskDefinitions(cloud),
    logs: await logs(cloud),
    "the deployments' bucket": await objects(cloud, cloud.infrastructure.deploymentsBucket),
    "the site's bucket": await objects(cloud, cloud.infrastructure.site!.bucket),
    images: await images(cloud),
  }
}

async function filesUnder(folder: string, pattern: RegExp): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && pattern.test(entry.name))
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")))).join("\n")
}

async function taskDefinitions({ aws }: StagingCloud): Promise<string> {
  const ecs = await aws.ecs()
  const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({})
  const described = taskDefinitionArns.map((taskDefinition) => ecs.describeTaskDefinition({ taskDefinition }))
  return JSON.stringify(await Promise.all(described))
}

async function logs({ aws, infrastructure }: StagingCloud): Promise<string> {
  const client = await aws.logs()
  const read = Object.values(infrastructure.logGroups).map(async (logGroupName) => {
    const { events = [] } = await client.filterLogEvents({ logGroupName, limit: 10_000 })
    return events.map(({ message }) => message).join("\n")
  })
  return (await Promise.all(read)).join("\n")
}

async function objects({ aws }: StagingCloud, Bucket: string): Promise<string> {
  const s3 = await aws.s3()
  const { Contents = [] } = await s3.listObjectsV2({ Bucket })
  const read = Contents.map(async ({ Key }) => {
    const { Body } = await s3.getObject({ Bucket, Key })
    return Body!.transformToString()
  })
  return (await Promise.all(read)).join("\n")
}

/** Of an image, or the list of what is attached to one, which has neither. */
interface Manifest {
  config?: { digest: string }
  layers?: { digest: string }[]
}

/** Manifests, configurations and layers; the tests' layers are not compressed. */
async function images({ aws, endpoint }: StagingCloud): Promise<string> {
  const ecr = await aws.ecr()
  const { repositories = [] } = await ecr.describeRepositories({})
  const texts: string[] = []
  for (const { repositoryName } of repositories) {
    const { imageDetails = [] } = await ecr.describeImages({ repositoryName })
    for (const { imageDigest } of imageDetails) {
      const manifest = await (await fetch(`${endpoint}/v2/${repositoryName}/manifests/${imageDigest}`)).text()
      const { config, layers = [] } = JSON.parse(manifest) as Manifest
      texts.push(manifest)
      for (const { digest } of config ? [config, ...layers] : [])
        texts.push(await (await fetch(`${endpoint}/v2/${repositoryName}/blobs/${digest}`)).text())
    }
  }
  return texts.join("\n")
}

/** Collects the arguments of a process and all its descendants until the function that it returns is called (Linux). */
export function watchArguments(root: number): () => Promise<string> {
  const seen = new Set<string>()
  let watching = true
  const watch = (async () => {
    while (watching) {
      for (const { pid } of family(root)) seen.add(readProcess(pid, "cmdline"))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return async () => {
    watching = false
    await watch
    return [...seen].join("\n").replaceAll("\0", " ")
  }
}
