import { cp, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { repositoryRoot } from "../platform-copy.ts"

/** A copy of an example, in a folder that has nothing else of this repository; removed when the test has finished. */
export async function copyExample(name: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), `${name}-`))
  onTestFinished(() => rm(root, { recursive: true }))
  const filter = (path: string) => !path.includes(".cathouse")
  await cp(join(repositoryRoot, "examples", name), root, { recursive: true, filter })
  return root
}
