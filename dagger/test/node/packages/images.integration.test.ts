import { existsSync } from "node:fs"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { imageStore } from "../../../node/packages/images.ts"
import { ownState } from "../../../node/state-folder.ts"
import { openRepository, requireService } from "../../../platform/repository.ts"
import { repositoryRoot } from "../../platform-copy.ts"

test("dependencies are installed once, and again where they have lost their Python", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-images-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  const auth = requireService((await openRepository(repositoryRoot)).platform, "auth")
  const uv = join(ownState, "uv", "bin", "uv")
  const buildWith = (uv: string) => imageStore(folder, uv).build(repositoryRoot, auth)

  await buildWith(uv)
  await buildWith("/nowhere/uv")
  const environment = (await readdir(folder)).find((name) => name.startsWith("python-"))!
  const python = join(folder, environment, "bin", "python")
  await rm(python)
  await expect(buildWith("/nowhere/uv")).rejects.toThrow(
    /^refused: the services' dependencies could not be installed\./,
  )
  await buildWith(uv)
  expect(existsSync(python)).toBe(true)
})
