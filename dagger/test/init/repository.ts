import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"

/** A repository named `acme` with these files, removed when the test has finished. */
export async function repository(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "init-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  const root = join(folder, "acme")
  await mkdir(root)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

/** A service that listens on a port and starts with Node. */
export const listening = (port: number, more = ""): string =>
  `FROM node:24-slim\nCOPY server.js ./\nEXPOSE ${port}\n${more}\nCMD ["node", "server.js"]\n`
