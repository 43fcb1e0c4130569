import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, onTestFinished, test } from "vitest"
import { commands } from "../../commands/commands.ts"
import { flagOf } from "../../commands/option.ts"
import { problemsOfValues } from "../../delivery/secrets/values.ts"
import { openRepository } from "../../platform/repository.ts"
import { variableOf } from "../../platform/schema/secret.ts"
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

test("the secrets that the page has openssl make are ones that a deploy accepts", async () => {
  const page = await read("docs/first-deploy.md")
  const lines = [...page.matchAll(/^openssl .*$/gm)].map(([line]) => line)
  const folder = await mkdtemp(join(tmpdir(), "cat-house-gh-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, "gh"), '#!/bin/sh\nprintf %s= "$3"\ncat\n', { mode: 0o755 })
  const env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) }
  const { stdout } = await promisify(execFile)("sh", ["-ec", lines.join("\n")], { env })
  const given = new Map(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/=(.*)/s, 2) as [string, string]),
  )
  const { platform } = await openRepository(repositoryRoot)
  for (const environment of ["staging", "production"]) {
    const made = Object.keys(platform.secrets).filter((name) => name !== "DATABASE_URL")
    const values = Object.fromEntries(made.map((name) => [name, given.get(variableOf(platform, environment, name))!]))
    expect(Object.values(values).every(Boolean)).toBe(true)
    expect(problemsOfValues(platform, environment, values)).toEqual([])
  }
})

test("the table of costs counts the manifest's tasks, and adds up", async () => {
  const { platform } = await openRepository(repositoryRoot)
  const page = await read("docs/first-deploy.md")
  const rows = [
    ...page.matchAll(/^\| (.+?) +\|.*?\| (\d+) × ([\d.]+) = ([\d.]+) +\| (\d+) × ([\d.]+) = ([\d.]+) +\|$/gm),
  ]
  const [, ...totals] = /\| +\*\*([\d.]+)\*\* +\| +\*\*([\d.]+)\*\* +\|/.exec(page)!
  const columns = ["staging", "production"].map((name, at) => ({
    tasks: platform.services.length * platform.environments.find((one) => one.name === name)!.tasks,
    total: Number(totals[at]),
    rows: rows.map(([, resource, ...cells]) => [resource!, ...cells.slice(at * 3, at * 3 + 3).map(Number)] as const),
  }))
  for (const { tasks, total, rows } of columns) {
    expect(rows).toHaveLength(6)
    for (const [resource, count, each, month] of rows) {
      expect(month, resource).toBeCloseTo(count! * each!, 1)
      if (/Fargate|IPv4/.test(resource)) expect(count, resource).toBe(tasks)
    }
    expect(rows.reduce((sum, [, , , month]) => sum + month!, 0)).toBeCloseTo(total, 2)
  }
})
