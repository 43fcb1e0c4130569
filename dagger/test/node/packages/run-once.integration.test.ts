import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { runOnce } from "../../../node/packages/run-once.ts"

/** A working copy with an image whose commands run in its folder. */
async function imageIn() {
  const root = await mkdtemp(join(tmpdir(), "cat-house-once-"))
  onTestFinished(() => rm(root, { recursive: true }))
  const image = { service: "auth", version: "one", folder: root, home: root, start: ["sh"] }
  const runs = async () => (await readFile(join(root, "runs"), "utf8")).length
  return { root, image, runs }
}
const told = { exitCode: 0, stdout: "SQL\n", stderr: "" }
const command = ["sh", "-c", "printf . >>runs; echo SQL"]

test("a command runs once in an image, and is told from then on", async () => {
  const { root, image, runs } = await imageIn()
  expect(await runOnce(root, image, command)).toEqual(told)
  expect(await runOnce(root, image, command)).toEqual(told)
  expect(await runs()).toBe(1)
})

test("it runs again in another version, and another command in the same", async () => {
  const { root, image, runs } = await imageIn()
  await runOnce(root, image, command)
  await runOnce(root, { ...image, version: "two" }, command)
  expect(await runOnce(root, image, [...command.slice(0, 2), "printf . >>runs; echo more"])).toMatchObject({
    stdout: "more\n",
  })
  expect(await runs()).toBe(3)
})

test("one that fails runs each time", async () => {
  const { root, image, runs } = await imageIn()
  const failing = ["sh", "-c", "printf . >>runs; exit 3"]
  for (const _ of [1, 2]) expect(await runOnce(root, image, failing)).toMatchObject({ exitCode: 3 })
  expect(await runs()).toBe(2)
})
