import { existsSync } from "node:fs"
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Rollouts } from "../../local-cloud/ecs/ecs.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { keepApplied } from "../contracts/policies.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { runFolder } from "../run-folder.ts"
import { startIdleCloud } from "./idle-cloud.ts"
import { applyInfrastructure, copyApplied } from "./terraform.ts"

/** An account in which Terraform has made staging, as it was saved: a copy of the caller's own. */
export interface AppliedStaging {
  /** What `startMinistack` starts from */
  ministackState: string
  /** The copy of `infra/`, with Terraform's state */
  terraformFolder: string
  /** Makes in an ECS what Terraform has made in the one that it was applied to. */
  replay(ecs: Rollouts): Promise<void>
  remove(): Promise<void>
}

/** A request that changed something */
interface Call {
  action: string
  input: unknown
}

/** Terraform is applied once in a run of the tests, by who asks first; everybody else waits for that, and gets a copy. */
export async function copyAppliedStaging(): Promise<AppliedStaging> {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-applied-"))
  try {
    const shared = process.env[runFolder]
    if (shared) await copy(await appliedIn(shared), folder)
    else await apply(folder)
    return await open(folder)
  } catch (error) {
    await rm(folder, { recursive: true })
    throw error
  }
}

async function open(folder: string): Promise<AppliedStaging> {
  const calls = JSON.parse(await readFile(join(folder, "ecs.json"), "utf8")) as Call[]
  return {
    ministackState: join(folder, "ministack"),
    terraformFolder: join(folder, "terraform"),
    async replay(ecs) {
      for (const { action, input } of calls) await ecs.call(action, input)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Where it has been applied in this run; applies it if nobody has begun to. */
async function appliedIn(shared: string): Promise<string> {
  const [begun, draft, applied, failed] = ["begun", "draft", "applied", "failed"].map((name) => join(shared, name))
  if (await isFirstToMake(begun!)) {
    try {
      await apply(draft!)
      await rename(draft!, applied!)
    } catch (error) {
      await writeFile(failed!, "")
      throw error
    }
  }
  while (!existsSync(applied!)) {
    if (existsSync(failed!)) throw new Error("Terraform could not be applied; the first test file that needed it says why.")
    await sleep(200)
  }
  return applied!
}

function isFirstToMake(folder: string): Promise<boolean> {
  return mkdir(folder).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error
      return false
    },
  )
}

/** Applies Terraform to an empty account, and saves in a folder what it has made there. */
async function apply(folder: string): Promise<void> {
  const { region } = parsePlatform(await readFile(join(repositoryRoot, "platform.json"), "utf8"))
  const calls: Call[] = []
  const ministackState = join(folder, "ministack")
  const cloud = await startIdleCloud(region, ministackState, (action, input) => {
    if (!/^(Describe|List)/.test(action)) calls.push({ action, input })
  })
  let terraform: string
  try {
    terraform = await applyInfrastructure(cloud.endpoint, "staging")
  } finally {
    await cloud.close()
  }
  if (!existsSync(ministackState)) throw new Error("ministack has saved nothing as it was closed")
  await writeFile(join(folder, "ecs.json"), JSON.stringify(calls))
  await rename(terraform, join(folder, "terraform"))
  await keepApplied("staging", join(folder, "terraform"))
}

async function copy(applied: string, folder: string): Promise<void> {
  for (const name of ["ministack", "ecs.json"]) await cp(join(applied, name), join(folder, name), { recursive: true })
  await copyApplied(join(applied, "terraform"), join(folder, "terraform"))
}
