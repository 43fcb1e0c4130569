import { describe, expect, test } from "vitest"
import { messageOf } from "../../../platform/failure.ts"
import type { Output } from "../../../platform/output.ts"
import type { Run } from "../../../quality/lint/check.ts"
import { lint } from "../../../quality/lint/run-checks.ts"
import { judgeNpmAudit, judgePipAudit, parseAccepted, type Accepted } from "../../../quality/lint/audits.ts"

const said = (progress: unknown, exitCode = 1) => ({ exitCode, stdout: JSON.stringify(progress), stderr: "" })
const today = "2026-11-24"
const on = (...accepted: Accepted[]) => ({ accepted, today })

const pip = said({
  dependencies: [
    { name: "fastapi", version: "0.120.0", vulns: [] },
    {
      name: "jinja2",
      version: "3.1.2",
      vulns: [{ id: "PYSEC-2026-1", aliases: ["CVE-2026-1", "GHSA-aaaa"], fix_versions: ["3.1.9"] }],
    },
  ],
})
const npm = said({
  vulnerabilities: {
    minimist: {
      severity: "critical",
      range: "<1.2.6",
      fixAvailable: true,
      via: [{ url: "https://github.com/advisories/GHSA-bbbb", title: "Prototype pollution" }],
    },
    mkdirp: { severity: "critical", range: "*", fixAvailable: true, via: ["minimist"] },
  },
})
const jinja: Accepted = {
  audit: "pip",
  id: "GHSA-aaaa",
  package: "jinja2",
  until: "2026-12-31",
  reason: "its sandbox is not used here",
}

describe("an audit", () => {
  test("names package, advisory and the version that fixes it", () => {
    expect(judgePipAudit(pip, on())).toEqual(["jinja2 3.1.2: PYSEC-2026-1, fixed in 3.1.9"])
  })

  test("tells of an advisory once, not of each package that depends on it", () => {
    expect(judgeNpmAudit(npm, on())).toEqual([
      "minimist <1.2.6: GHSA-bbbb (critical), Prototype pollution, fixed in a later version",
    ])
  })

  test.each([
    ["accepted, by an alias of its advisory", jinja, 0],
    ["accepted on the last day", { ...jinja, until: today }, 0],
    ["accepted in another package only", { ...jinja, package: "fastapi" }, 1],
    ["accepted for npm only", { ...jinja, audit: "npm" as const }, 1],
  ])("a finding that is %s", (_, accepted, findings) => {
    expect(judgePipAudit(pip, on(accepted))).toHaveLength(findings)
  })

  test("fails with the name of an acceptance whose time is over", () => {
    expect(judgePipAudit(pip, on({ ...jinja, until: "2026-11-23" }))).toEqual([
      "audit.json: GHSA-aaaa in jinja2 was accepted until 2026-11-23: its sandbox is not used here",
    ])
  })
})

describe("an audit that nobody answers is no clean one", () => {
  test.each([
    [
      "PyPI knows nothing of the packages, and pip-audit exits with 0",
      judgePipAudit,
      said({ dependencies: [{ name: "alembic", skip_reason: "not found" }] }, 0),
      /PyPI told nothing of 1 of 1 packages \(alembic/,
    ],
    ["there is nothing to audit", judgePipAudit, said({ dependencies: [] }, 0), /got no answer/],
    [
      "npm's registry refuses",
      judgeNpmAudit,
      said({ message: "405 Method Not Allowed" }),
      /no answer \(exit code 1\): 405 Method Not Allowed/,
    ],
    ["npm says nothing", judgeNpmAudit, { exitCode: 1, stdout: "", stderr: "ENOTFOUND" }, /ENOTFOUND/],
  ])("%s", (_, judge, output, words) => {
    expect(() => judge(output, on())).toThrow(words)
  })
})

test.each([
  ["without a day", { ...jinja, until: undefined }],
  ["with a day that is none", { ...jinja, until: "2026-13-01" }],
  ["without a reason", { ...jinja, reason: "" }],
])("an acceptance %s is refused", (_, accepted) => {
  expect(() => parseAccepted(JSON.stringify({ accepted: [accepted] }))).toThrow(/audit.json is not a list/)
})

describe("lint", () => {
  const silent = { status() {}, line() {}, done() {}, failed() {} }
  const noAnswer = { exitCode: 1, stdout: "", stderr: "ENOTFOUND" }
  const answers = (of: Record<string, Output>) => ({
    pythonProjects: async () => [],
    readFile: async () => undefined,
    runTool: async ({ folder }: Run) => of[folder] ?? said({ vulnerabilities: {} }, 0),
  })

  test("an audit without an answer is told, and fails only where it is asked to", async () => {
    const runner = answers({ dagger: noAnswer })
    expect(await lint(runner, { names: ["npm-audit"] }, silent)).toMatch(
      /^npm-audit: not audited\n {2}dagger: .*ENOTFOUND/,
    )
    await expect(lint(runner, { names: ["npm-audit"], requireAudits: true }, silent)).rejects.toThrow(
      /npm-audit could not audit/,
    )
  })

  test("what one audit finds is told beside what another could not ask", async () => {
    const runner = answers({ dagger: npm, frontend: npm, ".": noAnswer })
    const told = await lint(runner, { names: ["npm-audit"] }, silent).catch(messageOf)
    expect(told).toMatch(/dagger: minimist[^]*frontend: minimist[^]*ENOTFOUND/)
  })

  test("each check says what it is doing, and how it ended", async () => {
    const seen: string[] = []
    const note = (name: string, text: string) => void seen.push(`${name} ${text}`)
    await lint(answers({}), { names: ["npm-audit"] }, { status: note, done: note, failed: note, line: note })
    expect(seen).toEqual(["npm-audit running", "npm-audit clean"])
  })
})
