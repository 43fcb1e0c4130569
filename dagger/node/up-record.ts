import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { refused } from "../platform/failure.ts"
import { makeStateFolder, stateFolder, writeWhole } from "./state-folder.ts"

const recordOf = (root: string): string => join(stateFolder(root), "up.json")

/** What is written down of a platform that is up, or is being started; commands beside it find it there. */
interface UpRecord {
  pid: number
  endpoint?: string | undefined
}

/** A working copy has one platform up. Refuses a second; what this returns forgets it. */
export async function claim(root: string): Promise<() => Promise<void>> {
  const up = await readRecord(root)
  if (up) {
    throw refused(
      `the platform is up already, or being started, as process ${up.pid}.`,
      `Deploy to it with npm run cathouse -- deploy, or end it: Ctrl-C where it runs, or kill ${up.pid}.`,
    )
  }
  await write(root, { pid: process.pid })
  return () => rm(recordOf(root), { force: true })
}

/** Writes down where the platform that was claimed is found. */
export const announce = (root: string, endpoint: string): Promise<void> => write(root, { pid: process.pid, endpoint })

async function write(root: string, record: UpRecord): Promise<void> {
  await makeStateFolder(root)
  await writeWhole(recordOf(root), JSON.stringify(record))
}

/** The endpoint of the platform that is up, undefined where none is. Refuses to wait for one that is being started. */
export async function endpointOfRunning(root: string): Promise<string | undefined> {
  const up = await readRecord(root)
  if (!up || up.endpoint) return up?.endpoint
  throw refused(
    `the platform is being started by process ${up.pid}.`,
    "Wait until it serves, and run the command again.",
  )
}

/** The record of a platform whose process lives; one that a killed process left counts for nothing. */
async function readRecord(root: string): Promise<UpRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordOf(root), "utf8")) as UpRecord
    process.kill(record.pid, 0)
    if (!record.endpoint) return record
    const { ok } = await fetch(`${record.endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2000) })
    return ok ? record : undefined
  } catch {
    return undefined
  }
}
