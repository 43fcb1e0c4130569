import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { refused } from "../platform/failure.ts"
import type { Repository } from "../platform/repository.ts"

/** What belongs to a working copy and is no part of it: tools, images, and where a platform that is up is found. */
export const stateFolder = (repository: Repository): string => join(repository.root, ".cathouse")

const recordOf = (repository: Repository): string => join(stateFolder(repository), "up.json")

/** What is written down of a platform that is up, or is being started; commands beside it find it there. */
interface UpRecord {
  pid: number
  endpoint?: string
}

/** A working copy has one platform up. Refuses a second; what this returns writes down where it is found, or forgets it. */
export async function claim(
  repository: Repository,
): Promise<{ announce(endpoint: string): Promise<void>; release(): Promise<void> }> {
  const up = await readRecord(repository)
  if (up) {
    throw refused(
      `the platform is up already, or being started, as process ${up.pid}.`,
      `Deploy to it with npm run cathouse -- deploy, or end it: Ctrl-C where it runs, or kill ${up.pid}.`,
    )
  }
  const path = recordOf(repository)
  const write = (record: UpRecord) => writeFile(path, JSON.stringify(record))
  await write({ pid: process.pid })
  return {
    announce: (endpoint) => write({ pid: process.pid, endpoint }),
    release: () => rm(path, { force: true }),
  }
}

/** The endpoint of the platform that is up, undefined where none is. Refuses to wait for one that is being started. */
export async function endpointOfRunning(repository: Repository): Promise<string | undefined> {
  const up = await readRecord(repository)
  if (!up || up.endpoint) return up?.endpoint
  throw refused(
    `the platform is being started by process ${up.pid}.`,
    "Wait until it serves, and run the command again.",
  )
}

/** The record of a platform whose process lives; one that a killed process left counts for nothing. */
async function readRecord(repository: Repository): Promise<UpRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordOf(repository), "utf8")) as UpRecord
    process.kill(record.pid, 0)
    if (!record.endpoint) return record
    const { ok } = await fetch(`${record.endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2000) })
    return ok ? record : undefined
  } catch {
    return undefined
  }
}
