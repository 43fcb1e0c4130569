import { execFileSync } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { beforeEach, describe, expect, onTestFinished, test } from "vitest"
import { commitOf, isAncestor } from "../../node/git.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { manifest } from "../platform/manifests.ts"

let root: string
const platform = parsePlatform(manifest())

const who = ["-c", "user.name=Tom", "-c", "user.email=tom@example.com", "-c", "protocol.file.allow=always"]
const gitIn = (folder: string, ...args: string[]): string =>
  execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8", stdio: "pipe" }).trim()
const git = (...args: string[]): string => gitIn(root, ...args)

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
}

function commit(): string {
  git("add", "--all")
  git("commit", "--quiet", "--allow-empty", "--message", "cats")
  return git("rev-parse", "HEAD")
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cat-house ü%41 "))
  onTestFinished(() => rm(root, { recursive: true }))
})

describe("in a repository", () => {
  let sha: string
  beforeEach(async () => {
    git("init", "--quiet", "--initial-branch", "develop")
    await write("services/auth/app/main.py", "")
    sha = commit()
  })

  test("a commit is told with its branch, and its origin without a token", async () => {
    git("remote", "add", "origin", "https://x-access-token:hunter2@github.com/cats/house.git")
    const source = "https://github.com/cats/house.git"
    expect(await commitOf(root, platform)).toEqual({ sha, branch: "develop", changed: false, source })
    git("checkout", "--quiet", "--detach")
    expect((await commitOf(root, platform))?.branch).toBeUndefined()
  })

  test.each([
    ["services/auth/app/main.py", true],
    ["services/auth/app/new.py", true],
    ["services/common/new.py", true],
    ["services/.dockerignore", true],
    ["services/other/main.py", false],
    ["platform.json", true],
    ["README.md", false],
    ["other/product/main.py", false],
  ])("a change of %s makes it a commit with changes: %s", async (path, changed) => {
    await write(path, "changed")
    expect((await commitOf(root, platform))?.changed).toBe(changed)
  })

  test("a worktree and a submodule tell their own commits", async () => {
    const beside = join(root, "beside")
    git("worktree", "add", "--quiet", "-b", "topic", beside)
    expect(await commitOf(beside, platform)).toMatchObject({ sha, branch: "topic", changed: false })
    const outer = await mkdtemp(join(tmpdir(), "cat-house-outer-"))
    onTestFinished(() => rm(outer, { recursive: true }))
    gitIn(outer, "init", "--quiet")
    gitIn(outer, "submodule", "--quiet", "add", root, "house")
    expect(await commitOf(join(outer, "house"), platform)).toMatchObject({ sha, changed: false })
  })

  test("an ancestor is told from what is beside it, and from what a clone does not have", async () => {
    const newer = commit()
    expect(await isAncestor(root, sha, newer)).toBe(true)
    expect(await isAncestor(root, newer, sha)).toBe(false)
    expect(await isAncestor(root, sha, "1".repeat(40))).toBeUndefined()
  })

  test("[git-refuses] what git refuses is told in its own words, and is not taken for a folder without git", async () => {
    await rm(join(root, ".git", "HEAD"))
    await expect(commitOf(root, platform)).rejects.toThrow(
      /^refused: git does not tell which commit this is:\n {2}\| fatal: not a git repository/,
    )
  })
})

test("a repository without a commit, and a folder without git, have none", async () => {
  expect(await commitOf(root, platform)).toBeUndefined()
  git("init", "--quiet")
  expect(await commitOf(root, platform)).toBeUndefined()
})
