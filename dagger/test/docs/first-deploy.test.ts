import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { commands } from "../../commands/commands.ts"
import { flagOf } from "../../commands/option.ts"
import { openRepository } from "../../platform/repository.ts"
import { repositoryRoot } from "../platform-copy.ts"

const read = (path: string): Promise<string> => readFile(join(repositoryRoot, path), "utf8")

describe.each(["docs/first-deploy.md", "docs/first-deploy-checks.md"])("%s", async (page) => {
  const text = await read(page)
  const blocks = [...text.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].map(([, block]) => block!)
  const lines = blocks.flatMap((block) => block.split("\n")).map((line) => line.trim())
  const calls = lines.flatMap((line) => /dagger call (.+)$/.exec(line)?.[1] ?? [])

  test.each(calls)("dagger call %s has a verb, options and an environment that exist", async (call) => {
    const [name, ...given] = call.split(" ")
    const command = commands.find((one) => one.name === name)
    expect(command).toBeDefined()
    const flags = given.filter((word) => word.startsWith("--"))
    expect(Object.keys(command!.options).map(flagOf)).toEqual(expect.arrayContaining(flags))
    const { platform } = await openRepository(repositoryRoot)
    const env = given[given.indexOf("--env") + 1]
    expect(platform.environments.map(({ name }) => name)).toContain(env)
  })

  test("links lead to files that are there", () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].map(([, path]) => path!)
    for (const path of links) expect(existsSync(join(repositoryRoot, dirname(page), path)), path).toBe(true)
  })

  test("what is set on GitHub is what the workflows read, of the environment that they name", async () => {
    const set = lines.flatMap((line) => {
      const [, kind, name, env] = /gh (variable|secret) set (\w+) --env (\S+)/.exec(line) ?? []
      return name ? [{ kind, name, env }] : []
    })
    const workflows = (
      await Promise.all(["staging", "production"].map((env) => read(`.github/workflows/deploy-${env}.yml`)))
    ).join()
    for (const { kind, name, env } of set) {
      expect(workflows).toContain(`\${{ ${kind === "secret" ? "secrets" : "vars"}.${name} }}`)
      expect(workflows).toMatch(new RegExp(`environment: ${env}\\b`))
    }
  })
})
