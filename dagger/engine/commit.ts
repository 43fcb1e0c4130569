import { manifestFile, type Platform } from "../platform/manifest.ts"
import type { Changeset, Directory } from "@dagger.io/dagger"
import { pathsOf, withoutCredentials, type Commit } from "../platform/commit.ts"

/** What `.env` has the command line ask git, where the engine cannot: `f00d…`, or `f00d…-dirty`. */
export const describeCommand = "git describe --always --dirty --abbrev=40 --exclude=*"

/**
 * The commit that a working copy is at; undefined outside of a git repository. In a worktree or a submodule `.git` is a file
 * that leads elsewhere: then it is what git has said on the caller's machine, without a branch.
 */
export async function commitOf(
  workingCopy: Directory | undefined,
  platform: Platform,
  described: () => Promise<string | undefined>,
): Promise<Commit | undefined> {
  if (!(await workingCopy?.exists(".git"))) return undefined
  const isFolder = await workingCopy!.exists(".git/HEAD").catch(() => false)
  if (!isFolder) return parseDescribed(await described())
  const repository = workingCopy!.asGit()
  const head = repository.head()
  const [sha, ref, paths, source] = await Promise.all([
    head.commit(),
    head.ref(),
    changedPaths(repository.uncommitted()),
    originOf(workingCopy!),
  ])
  const [, branch] = /^refs\/heads\/(.+)$/.exec(ref) ?? []
  const changed = paths.some((path) =>
    pathsOf(platform).some((own) => own === "." || path === own || path.startsWith(`${own}/`)),
  )
  return { sha, branch, changed, source }
}

/**
 * Whether a working copy with its .git is the one that is deployed. Called by its address (`dagger -m`) the module is given its
 * own, unless `--git` names another: its commit says nothing of what somebody else deploys.
 */
export async function isOf(source: Directory, workingCopy: Directory | undefined): Promise<boolean> {
  const manifestOf = (directory: Directory) => directory.file(manifestFile).contents()
  if (!(await workingCopy?.exists(manifestFile))) return false
  const [ours, theirs] = await Promise.all([manifestOf(workingCopy!), manifestOf(source)])
  return ours === theirs
}

export function parseDescribed(text = ""): Commit | undefined {
  const [, sha, dirty] = /^([0-9a-f]{40})(-dirty)?$/.exec(text.trim()) ?? []
  return sha === undefined ? undefined : { sha, changed: dirty !== undefined }
}

async function changedPaths(changes: Changeset): Promise<string[]> {
  const paths = await Promise.all([changes.addedPaths(), changes.modifiedPaths(), changes.removedPaths()])
  return paths.flat()
}

/** Whether one commit is an ancestor of another; undefined where the working copy does not have both, as a shallow one. */
export async function isAncestor(
  workingCopy: Directory | undefined,
  older: string,
  newer: string,
): Promise<boolean | undefined> {
  const repository = workingCopy!.asGit()
  try {
    return (await repository.ref(newer).commonAncestor(repository.ref(older)).commit()) === older
  } catch {
    return undefined
  }
}

/** Where the working copy was cloned from. */
async function originOf(workingCopy: Directory): Promise<string | undefined> {
  const config = await workingCopy.file(".git/config").contents()
  const [, url] = /\[remote "origin"\][^[]*?^\s*url = (.+)$/m.exec(config) ?? []
  return url && withoutCredentials(url)
}

/** The commit that is checked out, from the few files that `allButHead` lets through; undefined outside of a git repository. */
export async function headOf(git: Directory | undefined): Promise<string | undefined> {
  const read = async (path: string) => ((await git?.exists(path)) ? git!.file(path).contents() : "")
  const head = (await read(".git/HEAD")).trim()
  const [, ref] = /^ref: (.+)$/.exec(head) ?? []
  if (!ref) return head || undefined
  const loose = (await read(`.git/${ref}`)).trim()
  if (loose) return loose
  const packed = (await read(".git/packed-refs")).split("\n").find((line) => line.endsWith(` ${ref}`))
  return packed?.split(" ")[0]
}
