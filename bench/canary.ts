import { execFile } from "node:child_process"
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import type { Figure } from "./figure.ts"

/** So much of what fails under `rolling` may fail with a canary of a tenth of the requests. */
const most = 0.12

const canary = '"strategy": { "type": "canary", "percent": 10, "minutes": 10 }'

/**
 * Which share of the requests to a service failed while a revision of it answered all but health with 500: rolled out task by
 * task until its smoke tests noticed, and as a canary.
 */
export async function measureCanary(root: string): Promise<Figure[]> {
  const rolling = await failedShare(root, (manifest) => manifest)
  const shared = await failedShare(root, (manifest) => manifest.replace('"local": true,', `"local": true, ${canary},`))
  const ratio = shared.share / rolling.share
  return [
    [`errors, rolling: failed of all requests (${rolling.told})`, percent(rolling.share), "none", true],
    [`errors, canary of 10 %: failed of all requests (${shared.told})`, percent(shared.share), "none", true],
    ["failed share, canary / rolling", ratio.toFixed(3), String(most), ratio <= most],
  ]
}

async function failedShare(
  root: string,
  change: (manifest: string) => string,
): Promise<{ share: number; told: string }> {
  const copy = await mkdtemp(join(tmpdir(), "cat-house-canary-"))
  try {
    await promisify(execFile)("git", ["clone", "--quiet", root, copy])
    await cp(join(root, ".cathouse"), join(copy, ".cathouse"), { recursive: true, verbatimSymlinks: true })
    const manifest = join(copy, "platform.json")
    await writeFile(manifest, change(await readFile(manifest, "utf8")))
    const args = ["run", "--silent", "cathouse", "--", "rollback-verify", "--breakage", "errors"]
    const { stdout } = await promisify(execFile)("npm", args, { cwd: copy })
    const [, requests, failed] = /^\| errors .*?\| +[\d.]+ +\| +(\d+) +\| +(\d+) +\|/m.exec(stdout)!
    return { share: Number(failed) / Number(requests), told: `${failed} of ${requests}` }
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
