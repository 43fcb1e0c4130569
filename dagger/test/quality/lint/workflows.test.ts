import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { parse } from "yaml"
import { checkNames, checksOf } from "../../../quality/lint/checks.ts"
import { repositoryRoot } from "../../platform-copy.ts"
import { parseCall, problemsOf } from "./calls.ts"
import { chainedTo, moduleFunctions } from "./module.ts"

interface Step {
  uses?: string
  run?: string
  with?: { call?: string; version?: string | undefined; "persist-credentials"?: boolean }
  env?: Record<string, string>
}
interface Job {
  name: string
  permissions?: Record<string, string>
  steps: Step[]
}
interface Workflow {
  on: Record<string, { paths?: string[]; "paths-ignore"?: string[] } | null>
  permissions?: object
  concurrency?: { group: string }
  jobs: Record<string, Job>
}

const read = (path: string) => readFileSync(join(repositoryRoot, path), "utf8")
const files = readdirSync(join(repositoryRoot, ".github", "workflows"))
const workflows = files.map((file) => ({ file, workflow: parse(read(`.github/workflows/${file}`)) as Workflow }))
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ id: `${file}: ${id}`, job })),
)
const functions = moduleFunctions()

test.each([
  ["deploy --env staging | tee -a $GITHUB_STEP_SUMMARY", []],
  ["deploi --env staging", ["there is no function deploi"]],
  ["deploy --environment staging", ["deploy takes no --environment"]],
  ["deploy --env moon", ['--env cannot be "moon"']],
  ["deploy --env", ['--env cannot be ""']],
  ["deploy staging", ["staging is no flag"]],
  ["test --suite unit", []],
  ["test --suite units", ['--suite cannot be "units"']],
  ["checks python", []],
  ["checks pyton", ["pyton is no flag"]],
  ["lint --check black,nope", ['--check cannot be "nope"']],
])("the call %s", (call, problems) => expect(problemsOf(call)).toEqual(problems))

test("the module's functions are found in its source", () => {
  expect([...functions.keys()]).toEqual(expect.arrayContaining(["deploy", "publish", "lint", "format", "checks"]))
  expect(functions.get("test")!.arguments.find(({ name }) => name === "suite")!.choices).toContain("unit")
})

test("dagger check can run every check: it gives no argument", () => {
  expect(chainedTo("checks")).toEqual([...new Set(checksOf([]).map(({ group }) => group))])
  expect(functions.get("checks")!.arguments.filter(({ required }) => required)).toEqual([])
})

describe.each(jobs)("$id", ({ job }) => {
  const [checkout, dagger, ...handing] = job.steps

  test("is a checkout and one step of Dagger, and at the most a step that hands a value on", () => {
    const used = [checkout, dagger].map((step) => step!.uses!.split("@"))
    expect(used.map(([name]) => name)).toEqual(["actions/checkout", "dagger/dagger-for-github"])
    expect(checkout!.with!["persist-credentials"]).toBe(false)
    for (const [, commit] of used) expect(commit).toMatch(/^[0-9a-f]{40}$/)
    expect(handing.map(({ run }) => run?.includes("GITHUB_OUTPUT"))).toEqual(handing.map(() => true))
    expect(`v${dagger!.with!.version}`).toBe(
      (JSON.parse(read("dagger.json")) as { engineVersion: string }).engineVersion,
    )
  })

  test("names the permissions that it needs, and no right to write to the repository", () => {
    expect(job.permissions).toBeDefined()
    for (const [scope, access] of Object.entries(job.permissions!)) {
      expect(access, scope).toBe(scope === "id-token" ? "write" : "read")
    }
  })

  test("calls a function that the module has, with arguments that it takes", () => {
    expect(problemsOf(dagger!.with!.call!)).toEqual([])
  })

  test("hands on only variables that .env takes for arguments of the module, or that the call quotes", () => {
    const taken = [...read(".env").matchAll(/(?:env:\/\/|\$\{?)(\w+)/g)].map(([, variable]) => variable)
    const quoted = [...dagger!.with!.call!.matchAll(/"\$(\w+)"/g)].map(([, variable]) => variable)
    for (const variable of Object.keys(dagger?.env ?? {})) {
      expect([...taken, ...quoted], dagger!.with!.call).toContain(variable)
    }
  })

  test("quotes in its call nothing but single variables, and pipes it to tee alone", () => {
    // The action puts the call between single quotes of a shell script.
    const call = dagger!.with!.call!
    expect(call).not.toContain("'")
    expect(call.replace(/"\$\w+"/g, "")).not.toContain('"')
    expect(call).toMatch(/^[^|;&<>`]*(\| tee -a \$GITHUB_STEP_SUMMARY( plan\.md)?)?$/)
  })

  test("is given nothing from outside but as a variable: what is put into a call's text runs as its shell", () => {
    expect(dagger!.with!.call).not.toContain("${{")
  })
})

describe.each(workflows)("$file", ({ workflow }) => {
  test("gives its jobs nothing that they do not ask for, and says what may run at once", () => {
    expect(workflow.permissions).toEqual({})
    expect(workflow.concurrency?.group).toBeTruthy()
  })

  test("has no path filter: a required check must always report", () => {
    for (const event of Object.values(workflow.on)) {
      expect(event?.paths).toBeUndefined()
      expect(event?.["paths-ignore"]).toBeUndefined()
    }
  })
})

describe("what is required before a merge", () => {
  const ci = workflows.filter(({ file }) => file.endsWith("-ci.yml"))

  test("is the jobs of the CI workflows, which run on every push and pull request", () => {
    const [, listed = ""] = /^checks=\((.*)\)$/m.exec(read(".github/protect.sh")) ?? []
    const names = [...listed.matchAll(/"([^"]+)"/g)].map(([, name]) => name)
    expect(names).toEqual(ci.flatMap(({ workflow }) => Object.values(workflow.jobs).map((job) => job.name)))
    for (const { workflow } of ci) expect(Object.keys(workflow.on).sort()).toEqual(["pull_request", "push"])
  })

  test("has every check in it once", () => {
    const calls = ci.flatMap(({ workflow }) => Object.values(workflow.jobs).map((job) => job.steps[1]!.with!.call!))
    const checked = calls.map(parseCall).flatMap(({ flags }) => flags.filter(([flag]) => flag === "check"))
    expect(checked.flatMap(([, value]) => value.split(",")).sort()).toEqual([...checkNames].sort())
  })
})

describe("the plan job of deploy-production.yml", () => {
  const { job } = jobs.find(({ id }) => id === "deploy-production.yml: plan")!
  const [, dagger, handing] = job.steps

  /** Runs its two steps in a shell as GitHub does, with a program in the place of Dagger. */
  async function run(program: string) {
    const folder = await mkdtemp(join(tmpdir(), "cat-house-workflow-"))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, "dagger"), `#!/bin/sh\n${program}\n`, { mode: 0o755 })
    const [output, summary] = [join(folder, "output"), join(folder, "summary")]
    const env = {
      PATH: `${folder}:${process.env.PATH}`,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      VERSION_TO_PROMOTE: "staging-1",
    }
    const step = (script: string) => spawnSync("bash", ["-eo", "pipefail", "-c", script], { cwd: folder, env }).status
    const statuses = [step(`dagger call ${dagger!.with!.call}`), step(handing!.run!)]
    return {
      statuses,
      output: existsSync(output) ? readFileSync(output, "utf8") : "",
      summary: readFileSync(summary, "utf8"),
    }
  }

  test("hands on the last line of the plan, which is in the summary whole", async () => {
    const { statuses, output, summary } = await run('echo "# Plan of $*"; echo 4f1c-1a2b')
    expect(statuses).toEqual([0, 0])
    expect(output).toBe("id=4f1c-1a2b\n")
    expect(summary).toBe("# Plan of call plan --env production --version staging-1 --rotate \n4f1c-1a2b\n")
  })

  test("fails where there is no plan, and where it has no ID", async () => {
    expect((await run("exit 3")).statuses).toEqual([3, 1])
    expect(await run("exit 0")).toMatchObject({ statuses: [0, 1], output: "" })
  })
})
