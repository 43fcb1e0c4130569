import type { GitRepository } from "@dagger.io/dagger"
import { withoutCredentials, type Commit } from "../platform/commit.ts"

/** The commit that a working copy is at; undefined outside of a git repository. */
export async function commitOf(repository: GitRepository | undefined): Promise<Commit | undefined> {
  if (!repository) return undefined
  const head = repository.head()
  const [sha, ref, unchanged, url] = await Promise.all([
    head.commit(),
    head.ref(),
    repository.uncommitted().isEmpty(),
    repository.url().catch(() => ""),
  ])
  const [, branch] = /^refs\/heads\/(.+)$/.exec(ref) ?? []
  return { sha, branch, changed: !unchanged, source: url ? withoutCredentials(url) : undefined }
}
