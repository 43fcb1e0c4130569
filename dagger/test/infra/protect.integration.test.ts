import { spawn, spawnSync } from "node:child_process"
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import type { GitHub } from "./github/stand-in.ts"

const root = join(import.meta.dirname, "..", "..", "..")
const isMissing = spawnSync("jq", ["--version"]).status !== 0

describe.skipIf(isMissing)(`.github/protect.sh${isMissing ? " (skipped: no jq on the PATH)" : ""}`, { timeout: 120_000 }, () => {
  test("a public repository of two has approvals, and production waits for its reviewer", async () => {
    const { code, github, output } = await protect({ pushers: ["octocat", "hubot"] })
    expect(output).toContain("environment production: from main, after octocat has approved")
    expect(code).toBe(0)
    expect(branchesOf(github, "production")).toEqual(["main"])
    expect(github.environments.production).toMatchObject({ reviewers: [583231], can_admins_bypass: false })
    expect(branchesOf(github, "staging")).toEqual(["main", "develop"])
    expect(github.branches.develop).toMatchObject(approvals(1))
  })

  test("a single owner is not asked for an approval that nobody can give", async () => {
    const { code, github, output } = await protect({ pushers: ["octocat"] })
    expect(code).toBe(0)
    expect(output).toContain("one person alone may push")
    for (const branch of ["main", "develop"]) expect(github.branches[branch]).toMatchObject(approvals(0))
    expect(github.environments.production!.reviewers).toEqual([583231])
  })

  test("a second merge of develop into main needs no commit of main's in develop", async () => {
    const { github } = await protect({})
    const { main, develop } = github.branches
    expect(develop).toMatchObject({ required_linear_history: true, required_status_checks: { strict: true } })
    expect(main).toMatchObject({ required_linear_history: false, required_status_checks: { strict: false } })
  })

  test("a private repository on the free plan is refused before anything is changed", async () => {
    const { code, github, output } = await protect({ visibility: "private", plan: "free" })
    expect(code).toBe(1)
    expect(output).toContain("refused: GitHub's plan free protects neither branches nor environments")
    expect(output).toContain("Nothing was changed.")
    expect(github.calls.filter((call) => !call.startsWith("GET"))).toEqual([])
  })

  test.each([
    ["pro", "User"],
    ["team", "Organization"],
  ] as const)("without approvals, as on %s, production is closed and said to be", async (plan, type) => {
    const opened = { reviewers: [], can_admins_bypass: true, branches: [{ id: 7, name: "main" }] }
    const { code, github, output } = await protect({
      visibility: "private",
      plan,
      owner: { login: "octocat", type },
      environments: { production: opened },
    })
    expect(code).toBe(1)
    expect(output).toContain("refused: environment production is closed")
    expect(output).toContain("Please ensure the billing plan supports the required reviewers protection rule")
    expect(output).not.toContain("has approved")
    expect(branchesOf(github, "production")).toEqual([])
    expect(branchesOf(github, "staging")).toEqual(["main", "develop"])
  })

  test("production is closed when GitHub takes the reviewer and does not keep it", async () => {
    const { code, github, output } = await protect({ forgetsReviewers: true })
    expect(code).toBe(1)
    expect(output).toContain("the environment has no required reviewers")
    expect(branchesOf(github, "production")).toEqual([])
  })

  test("run again, it takes away what may deploy and should not", async () => {
    const opened = { reviewers: [], can_admins_bypass: true, branches: [{ id: 7, name: "feature/x" }] }
    const { code, github } = await protect({ environments: { production: opened } })
    expect(code).toBe(0)
    expect(branchesOf(github, "production")).toEqual(["main"])
  })
})

const approvals = (required_approving_review_count: number) => ({
  required_pull_request_reviews: { required_approving_review_count },
})

const branchesOf = (github: GitHub, environment: string) =>
  github.environments[environment]!.branches.map(({ name }) => name)

/** Runs protect.sh for a repository on a stand-in for GitHub; what is not said of it is public and octocat's. */
async function protect(given: Partial<GitHub>): Promise<{ code: number | null; output: string; github: GitHub }> {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-github-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  const state = join(folder, "github.json")
  const owner = { login: "octocat", type: "User" as const }
  const plain = { visibility: "public" as const, owner, plan: "free", pushers: ["octocat"], environments: {}, branches: {} }
  await writeFile(state, JSON.stringify({ ...plain, ...given, calls: [] }))
  const program = join(import.meta.dirname, "github", "stand-in.ts")
  await writeFile(join(folder, "gh"), `#!/bin/sh\nexec '${process.execPath}' '${program}' '${state}' "$@"\n`)
  await chmod(join(folder, "gh"), 0o755)
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` }
  const script = join(root, ".github", "protect.sh")
  const child = spawn("bash", [script, "octocat/cat-house"], { env, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve))
  return { code, output, github: JSON.parse(await readFile(state, "utf8")) as GitHub }
}
