import type { AnnotationData, Branch } from "#neon/api-client"
import type { Neon } from "./api.ts"

const pageSize = 100

export interface ListedBranches {
  branches: Branch[]
  /** By the branch's id */
  annotations: Record<string, AnnotationData>
}

/** All branches whose name or id contains a text. Compare for equality: Neon's search does not. */
export async function listBranches(neon: Neon, search: string): Promise<ListedBranches> {
  const found: ListedBranches = { branches: [], annotations: {} }
  let cursor: string | undefined
  do {
    const request = { projectId: neon.project, search, limit: pageSize, ...(cursor && { cursor }) }
    const page = await neon.call((api) => api.listProjectBranches(request), { repeatable: true })
    found.branches.push(...page.branches)
    Object.assign(found.annotations, page.annotations)
    // A last page need not lack `next`: one that is not full has none after it.
    cursor = page.branches.length < pageSize ? undefined : page.pagination?.next
  } while (cursor)
  return found
}
