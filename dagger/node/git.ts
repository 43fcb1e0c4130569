import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { pathsOf, withoutCredentials, type Commit } from "../platform/commit.ts"
import type { Platform } from "../platform/manifest.ts"
import { refused } from "../platform/failure.ts"
import { hostEnvironment } from "./processes/host-environment.ts"

interface Answer {
  code: number | string
  stdout: string
  stderr: string
}

async function git(root: string, ...args: string[]): Promise<Answer> {
  const options = { cwd: root, env: { ...hostEnvironment(), LC_ALL: "C" }, maxBuffer: 2 ** 26 }
  return promisify(execFile)("git", args, options).then(
    (output) => ({ code: 0, ...output }),
    (error: Answer & Error) => ({
      code: error.code,
      stdout: error.stdout ?? "",
      stderr: error.stderr || error.message,
    }),
  )
}

/** The commit that a working copy is at; undefined outside of a git repository. Refuses where git does not tell. */
export async function commitOf(root: string, platform: Platform): Promise<Commit | undefined> {
  const head = await git(root, "rev-parse", "--verify", "--quiet", "HEAD")
  if (head.code === 1) return undefined // no commit yet
  if (head.code !== 0) {
    const isRepository = existsSync(join(root, ".git"))
    if (!isRepository && (head.code === "ENOENT" || /not a git repository/.test(head.stderr))) return undefined
    throw refused(
      "git does not tell which commit this is:",
      ...head.stderr
        .trim()
        .split("\n")
        .slice(0, 5)
        .map((line) => `| ${line}`),
      "See to it that git status works in this folder, and run the command again.",
    )
  }
  const [branch, source, status] = await Promise.all([
    git(root, "symbolic-ref", "--short", "--quiet", "HEAD"),
    git(root, "remote", "get-url", "origin"),
    git(root, "status", "--porcelain", "--", ...pathsOf(platform)),
  ])
  return {
    sha: head.stdout.trim(),
    branch: branch.stdout.trim() || undefined,
    changed: status.stdout !== "",
    source: withoutCredentials(source.stdout.trim()) || undefined,
  }
}

/** Whether one commit is an ancestor of another; undefined where the working copy does not have both, as a shallow one. */
export async function isAncestor(root: string, older: string, newer: string): Promise<boolean | undefined> {
  const { code } = await git(root, "merge-base", "--is-ancestor", older, newer)
  return code === 0 ? true : code === 1 ? false : undefined
}
