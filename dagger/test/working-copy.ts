import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { copyPlatform } from "./platform-copy.ts"

/** A copy of the platform that a test may change, removed when it has finished. */
export async function workingCopy(): Promise<string> {
  const root = await copyPlatform()
  onTestFinished(() => rm(root, { recursive: true }))
  return root
}

/** Replaces a text in a file of a working copy. */
export async function edit(root: string, path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(join(root, path), "utf8")
  const after = change(before)
  if (after === before) throw new Error(`nothing to change in ${path}`)
  await writeFile(join(root, path), after)
}

/** Lets a working copy look sooner than on AWS, as long as a busy machine needs; `more` changes what else a test wants otherwise. */
export const hurry = (root: string, more = (text: string) => text): Promise<void> =>
  edit(root, "platform.json", (text) =>
    more(
      text
        .replace('"attempts": 5', '"attempts": 15')
        .replace('"intervalSeconds": 10', '"intervalSeconds": 1')
        .replace(/"bakeSeconds": \d+/g, '"bakeSeconds": 1'),
    ),
  )
