import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { withoutCredentials, type Commit } from "../platform/commit.ts"

/** The commit that a working copy is at; undefined where there is none, or no git. */
export async function commitOf(root: string): Promise<Commit | undefined> {
  const git = (...args: string[]) =>
    promisify(execFile)("git", args, { cwd: root }).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    )
  const sha = await git("rev-parse", "HEAD")
  if (!sha) return undefined
  const source = await git("remote", "get-url", "origin")
  return {
    sha,
    branch: (await git("symbolic-ref", "--short", "--quiet", "HEAD")) || undefined,
    changed: (await git("status", "--porcelain")) !== "",
    source: source && withoutCredentials(source),
  }
}
