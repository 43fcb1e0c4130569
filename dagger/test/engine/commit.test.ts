import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { describeCommand, parseDescribed } from "../../engine/commit.ts"
import { repositoryRoot } from "../platform-copy.ts"

test.each([
  ["4f".repeat(20), { sha: "4f".repeat(20), changed: false }],
  [`${"4f".repeat(20)}-dirty\n`, { sha: "4f".repeat(20), changed: true }],
  ["fatal: not a git repository", undefined],
  [undefined, undefined],
])("of a worktree, git's %j is %j", (text, commit) => expect(parseDescribed(text)).toEqual(commit))

test(".env has the command line ask git that", async () => {
  expect(await readFile(join(repositoryRoot, ".env"), "utf8")).toContain(`,cmd://${describeCommand}\n`)
})
