import { join } from "node:path"
import { readIfThere } from "../platform/gitignore.ts"

/** What a folder's `.git` tells without git: a module of Dagger has none to ask. Nothing in a worktree or a submodule. */
export interface GitFolder {
  /** `owner/name` where its origin is on GitHub */
  github?: string | undefined
  /** The branch that a clone gets */
  branch?: string | undefined
  commit?: string | undefined
}

/** Branches that are the default one where nobody tells which is. */
const usual = ["main", "master", "trunk", "develop"]

export async function readGit(root: string): Promise<GitFolder> {
  const read = (...path: string[]) => readIfThere(join(root, ".git", ...path)).catch(() => undefined)
  const [config = "", head = "", remoteHead = ""] = await Promise.all([
    read("config"),
    read("HEAD"),
    read("refs", "remotes", "origin", "HEAD"),
  ])
  const [, origin = ""] = /\[remote "origin"\][^[]*?\n\s*url\s*=\s*(\S+)/.exec(config) ?? []
  const [, github] =
    /^(?:https:\/\/(?:[^@/]*@)?github\.com\/|(?:ssh:\/\/)?git@github\.com[:/])([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
      origin,
    ) ?? []
  const [, current] = /^ref: refs\/heads\/(\S+)/.exec(head) ?? []
  const [, byDefault] = /^ref: refs\/remotes\/origin\/(\S+)/.exec(remoteHead) ?? []
  return {
    github,
    branch: byDefault ?? usual.find((branch) => branch === current),
    commit: current === undefined ? shaIn(head) : shaIn((await read("refs", "heads", current)) ?? ""),
  }
}

const shaIn = (text: string): string | undefined => /^[0-9a-f]{40}$/m.exec(text)?.[0]
