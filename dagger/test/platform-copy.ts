import { cp, mkdir, mkdtemp, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The repository that the tests belong to. */
export const repositoryRoot = join(import.meta.dirname, "..", "..")

/** A copy of the platform in a temporary folder; tools and images are shared with the repository. */
export async function copyPlatform(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "cat-house-copy-"))
  for (const path of ["services", "platform.json"])
    await cp(join(repositoryRoot, path), join(root, path), { recursive: true })
  await mkdir(join(root, ".cathouse"))
  for (const shared of ["uv", "ministack", "images"]) {
    await mkdir(join(repositoryRoot, ".cathouse", shared), { recursive: true })
    await symlink(join(repositoryRoot, ".cathouse", shared), join(root, ".cathouse", shared))
  }
  return root
}
