import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { runFolder } from "../run-folder.ts"

/** Names the file that a command writes its requests to. */
export const requestsFile = "CATHOUSE_TEST_REQUESTS"

/** What a command asked of AWS. */
export interface RecordedRequest {
  /** ARN of the role that the command was given; absent where it had none, as for the environment on this machine */
  role?: string | undefined
  /** The SDK's name, `ECS`; or `Registry`, for OCI's API of ECR */
  service: string
  operation: string
  region: string
  input: Record<string, unknown>
}

/** The folder of a run where each test file's requests are, a file each. */
export const requestsFolder = (run: string): string => join(run, "requests")

/** All requests of this run of the tests, by the test file whose commands made them. */
export async function recordedRequests(): Promise<Map<string, RecordedRequest[]>> {
  const folder = requestsFolder(process.env[runFolder]!)
  const read = (await readdir(folder)).map(async (name): Promise<[string, RecordedRequest[]]> => {
    const lines = new Set((await readFile(join(folder, name), "utf8")).trim().split("\n"))
    return [name.replace(/\..*$/, ""), [...lines].map((line) => JSON.parse(line) as RecordedRequest)]
  })
  return new Map(await Promise.all(read))
}
