import type { Directory } from "@dagger.io/dagger"
import { withoutCredentials, type Commit } from "../../platform/commit.ts"

/** The commit that a working copy is at; undefined outside of a git repository. */
export async function commitOf(workingCopy: Directory | undefined): Promise<Commit | undefined> {
  if (!(await workingCopy?.exists(".git"))) return undefined
  const repository = workingCopy!.asGit()
  const head = repository.head()
  const [sha, ref, unchanged, source] = await Promise.all([
    head.commit(),
    head.ref(),
    repository.uncommitted().isEmpty(),
    originOf(workingCopy!),
  ])
  const [, branch] = /^refs\/heads\/(.+)$/.exec(ref) ?? []
  return { sha, branch, changed: !unchanged, source }
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
