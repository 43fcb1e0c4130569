import { cp, mkdir, mkdtemp, rm, symlink, writeFile, readFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

/** The repository that the tests belong to. */
export const repositoryRoot = join(import.meta.dirname, "..", "..")

/** A copy of the platform that a test may change; tools and images are shared with the repository. */
export async function workingCopy(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "cat-house-copy-"))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const path of ["services", "platform.json"])
    await cp(join(repositoryRoot, path), join(root, path), { recursive: true })
  await mkdir(join(root, ".cathouse"))
  for (const shared of ["uv", "ministack", "images"]) {
    await mkdir(join(repositoryRoot, ".cathouse", shared), { recursive: true })
    await symlink(join(repositoryRoot, ".cathouse", shared), join(root, ".cathouse", shared))
  }
  return root
}

/** Replaces a text in a file of a working copy. */
export async function edit(root: string, path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(join(root, path), "utf8")
  const after = change(before)
  if (after === before) throw new Error(`nothing to change in ${path}`)
  await writeFile(join(root, path), after)
}
