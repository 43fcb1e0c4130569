import { execFileSync } from "node:child_process"
import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parsePlatform } from "../../platform/manifest.ts"
import { copyExample } from "../examples/example.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { daggerIn } from "./dagger.ts"

test("init adds what another repository lacks, whose .env then tells Dagger what to read", async () => {
  const root = await copyExample("two-services")
  await rm(join(root, "platform.json"))
  await writeFile(join(root, ".gitignore"), "mine\n")
  execFileSync("git", ["init", "--quiet"], { cwd: root })
  const call = ["-m", repositoryRoot, "call"]
  const options = ["--working-copy", ".", "--name", "acme", "--region", "eu-central-1"]
  const { exitCode, stderr } = await daggerIn(root, ...call, "init", ...options, "export", "--path", ".")
  expect(exitCode, stderr).toBe(0)
  const { name, services } = parsePlatform(await readFile(join(root, "platform.json"), "utf8"))
  expect([name, ...services.map((service) => service.name)]).toEqual(["acme", "shop", "stock"])
  expect(await readFile(join(root, ".gitignore"), "utf8")).toBe("mine\n")

  const unknown = await daggerIn(root, ...call, "build", "--service", "cats")
  expect(unknown.stderr).toContain("Expected one of: shop, stock.")
})
