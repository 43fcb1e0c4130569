import { execFileSync } from "node:child_process"
import { cp, mkdir, mkdtemp, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"

/** The repository that the tests belong to. */
export const repositoryRoot = join(import.meta.dirname, "..", "..")

/** A copy of the platform in a temporary folder; tools, images and sites are shared with the repository. */
export async function copyPlatform(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "cat-house-copy-"))
  // Its packages are half a gigabyte, and no input of the site.
  const filter = (path: string) => basename(path) !== "node_modules"
  for (const path of ["services", "frontend", "platform.json", ".gitignore"])
    await cp(join(repositoryRoot, path), join(root, path), { recursive: true, filter })
  await mkdir(join(root, ".cathouse"))
  for (const shared of ["uv", "ministack", "images", "outputs", "sites", "squawk", "syft", "pytest"]) {
    await mkdir(join(repositoryRoot, ".cathouse", shared), { recursive: true })
    await symlink(join(repositoryRoot, ".cathouse", shared), join(root, ".cathouse", shared))
  }
  return root
}

/** Makes a copy a git repository with one commit of what it has. */
export function commitCopy(root: string): void {
  const who = ["-c", "user.name=Tom", "-c", "user.email=tom@example.com"]
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
    ["commit", "--quiet", "--message", "cats"],
  ])
    execFileSync("git", [...who, ...args], { cwd: root })
}
