import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { workflowsOf } from "../../init/workflows.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { manifest } from "../platform/manifests.ts"
import { problemsOf } from "../quality/lint/calls.ts"

interface Step {
  uses?: string
  run?: string
  with?: Record<string, unknown>
  env?: Record<string, string>
}
interface Workflow {
  on: Record<string, { branches?: string[]; inputs?: object } | null>
  permissions: object
  concurrency: { group: string }
  jobs: Record<string, { permissions: object; environment?: string; needs?: string; steps: Step[] }>
}

const module = "github.com/acme/cat-house@v1"

function workflows(text: string, branch = "main"): Map<string, Workflow> {
  const written = Object.entries(workflowsOf({ platform: parsePlatform(text), module, branch }))
  return new Map(written.map(([path, yaml]) => [/deploy-(.+)\.yml$/.exec(path)![1]!, parse(yaml) as Workflow]))
}

const own = manifest((platform) => (platform.environments.qa = { tasks: 1 }))
const all = [...workflows(own)].flatMap(([environment, workflow]) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ id: `${environment}: ${id}`, job })),
)
const workflowsHere = ["staging", "production"].map((name) =>
  readFileSync(join(repositoryRoot, ".github", "workflows", `deploy-${name}.yml`), "utf8"),
)

describe.each(all)("$id", ({ job }) => {
  const [checkout, dagger] = job.steps
  const call = String(dagger!.with!.call)

  test("is a checkout and one call of the module, by the very actions that this repository's workflows use", () => {
    for (const text of workflowsHere) {
      expect(text).toContain(`uses: ${checkout!.uses}`)
      expect(text).toContain(`uses: ${dagger!.uses}`)
      expect(text).toContain(`version: "${String(dagger!.with!.version)}"`)
    }
    expect(checkout!.with!["persist-credentials"]).toBe(false)
    expect(dagger!.with!.module).toBe(module)
  })

  test("calls a function that the module has, with arguments that it takes, of this folder", () => {
    const [, ofModule, verb] = /^--source \. (?:--secrets (\S+) )?(.+)$/.exec(call)!
    expect(problemsOf(verb!.replace("--env qa", "--env staging"))).toEqual([])
    if (ofModule) expect(verb).toContain("--git .")
  })

  test("is given nothing from outside but as a variable, which the call quotes or the module is told of", () => {
    expect(call).not.toContain("${{")
    expect(call).not.toContain("'")
    const quoted = [...call.matchAll(/"\$(\w+)"/g)].map(([, variable]) => variable!)
    const referred = [...call.matchAll(/env:\/\/(\w+)/g)].map(([, variable]) => variable!)
    const given = Object.keys(dagger!.env ?? {})
    expect([...quoted, ...referred]).toEqual(expect.arrayContaining(given))
    expect(given).toEqual(expect.arrayContaining(quoted))
  })
})

test("each environment has one, which may do nothing that a job does not ask for", () => {
  expect([...workflows(own).keys()]).toEqual(["local", "staging", "production", "qa"])
  for (const [name, workflow] of workflows(own)) {
    expect(workflow.permissions).toEqual({})
    expect(workflow.concurrency.group).toMatch(new RegExp(`^deploy-${name}`))
  }
})

test("a push deploys to the first environment that has no other to be promoted from, and to no other", () => {
  const pushed = [...workflows(own, "trunk")].flatMap(([name, { on }]) => (on.push ? [[name, on.push.branches]] : []))
  expect(pushed).toEqual([
    ["local", ["trunk"]],
    ["staging", ["trunk"]],
  ])
  expect(workflows(own, "#1").get("staging")!.on.push!.branches).toEqual(["#1"])
})

test("where an approval is needed, a plan is made first, which hands on its ID as this repository's does", () => {
  const { plan, deploy } = workflows(own).get("production")!.jobs
  expect([plan!.environment, deploy!.environment, deploy!.needs]).toEqual(["production-plan", "production", "plan"])
  expect(deploy!.steps[1]!.with!.call).toContain('--approve "$APPROVED_PLAN"')
  const ours = parse(workflowsHere[1]!) as Workflow
  expect(plan!.steps[2]!.run).toBe(ours.jobs.plan!.steps[2]!.run)
})

test("a platform without secrets, migrations and promotion is asked for none of them", () => {
  const text = manifest((platform) => {
    platform.secrets = {}
    platform.jobs = {}
    for (const service of Object.values(platform.services)) service.secrets = []
    platform.environments = { local: { local: true, tasks: 1 }, live: { tasks: 1 } }
  })
  expect(Object.keys(workflows(text).get("live")!.on.workflow_dispatch!.inputs!)).toEqual(["allow_older"])
})
