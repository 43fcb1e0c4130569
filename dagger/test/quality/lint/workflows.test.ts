import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { parsePlatform } from "../../../platform/manifest.ts"
import { checkNames } from "../../../quality/lint/checks.ts"
import { repositoryRoot } from "../../platform-copy.ts"
import { chainedTo, moduleFunctions } from "./module.ts"

interface Step {
  uses?: string
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

/** The function of a call, and its flags; what follows a pipe is the shell's. */
function parseCall(call: string): { name: string; flags: [string, string][]; rest: string[] } {
  const [name = "", ...words] = call.split("|")[0]!.trim().split(/\s+/)
  const flags: [string, string][] = []
  const rest: string[] = []
  while (words.length > 0) {
    const word = words.shift()!
    const [, flag, value] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? []
    if (flag === undefined) rest.push(word)
    else flags.push([flag, value ?? words.shift() ?? ""])
  }
  return { name, flags, rest }
}

/** What the manifest and the checks allow for a flag. */
const choicesOf: Record<string, readonly string[]> = {
  check: checkNames,
  env: parsePlatform(read("platform.json")).environments.map(({ name }) => name),
}

/** What is wrong with a call, by the module's source. */
function problemsOf(call: string): string[] {
  const { name, flags, rest } = parseCall(call)
  const known = functions.get(name)
  if (!known) return [`there is no function ${name}`]
  const given = flags.map(([flag]) => flag)
  const missing = known.arguments.filter((argument) => argument.required && !given.includes(argument.name))
  return [
    ...rest.filter((word) => !chainedTo(name).includes(word)).map((word) => `${word} is no flag`),
    ...missing.map((argument) => `--${argument.name} is missing`),
    ...flags.flatMap(([flag, value]) => {
      const argument = known.arguments.find((each) => each.name === flag)
      if (!argument) return [`${name} takes no --${flag}`]
      const choices = choicesOf[flag] ?? argument.choices
      const wrong = value.split(",").filter((each) => each === "" || (choices && !choices.some((one) => one === each)))
      return wrong.map((each) => `--${flag} cannot be "${each}"`)
    }),
  ]
}

test.each([
  ["deploy --env staging | tee -a $GITHUB_STEP_SUMMARY", []],
  ["deploi --env staging", ["there is no function deploi"]],
  ["deploy --environment staging", ["deploy takes no --environment"]],
  ["deploy --env moon", ['--env cannot be "moon"']],
  ["deploy --env", ['--env cannot be ""']],
  ["deploy staging", ["staging is no flag"]],
  ["test --suite unit", []],
  ["test --suite units", ['--suite cannot be "units"']],
  ["checks mypy", []],
  ["checks mypi", ["mypi is no flag"]],
  ["lint --check black,nope", ['--check cannot be "nope"']],
])("the call %s", (call, problems) => expect(problemsOf(call)).toEqual(problems))

test("the module's functions are found in its source", () => {
  expect([...functions.keys()]).toEqual(expect.arrayContaining(["deploy", "publish", "lint", "format", "checks"]))
  expect(functions.get("test")!.arguments.find(({ name }) => name === "suite")!.choices).toContain("unit")
})

test("dagger check can run every check: it gives no argument", () => {
  expect(chainedTo("checks")).toEqual([...checkNames])
  expect(functions.get("checks")!.arguments.filter(({ required }) => required)).toEqual([])
})

describe.each(jobs)("$id", ({ job }) => {
  const [checkout, dagger] = job.steps

  test("is a checkout and one step of Dagger", () => {
    expect(job.steps.map(({ uses }) => uses?.split("@")[0])).toEqual(["actions/checkout", "dagger/dagger-for-github"])
    expect(checkout!.with!["persist-credentials"]).toBe(false)
    for (const { uses } of job.steps) expect(uses).toMatch(/@[0-9a-f]{40}$/)
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
