import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Names the folder of one run of the tests, where files share what is made once. */
export const runFolder = "CATHOUSE_TEST_RUN"

/** Vitest calls it before the first file, and what it returns after the last. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-tests-"))
  process.env[runFolder] = folder
  return () => rm(folder, { recursive: true, force: true })
}
