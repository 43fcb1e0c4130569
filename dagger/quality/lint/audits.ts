import { z } from "zod"
import { Failure, refused } from "../../platform/failure.ts"
import type { Output } from "../../platform/output.ts"

/** A known vulnerability that is lived with until a day, as `audit.json` has it. */
const acceptedFinding = z.strictObject({
  audit: z.enum(["pip", "npm"]),
  /** An advisory, e.g. GHSA-… */
  id: z.string().min(1),
  package: z.string().min(1),
  /** The last day that it is accepted on */
  until: z.iso.date(),
  reason: z.string().min(10),
})
export type Accepted = z.infer<typeof acceptedFinding>

/** What a judgement depends on besides a command's output. */
interface Circumstances {
  accepted: Accepted[]
  /** As 2026-11-24 */
  today: string
}

/** What a command's output says is wrong, a line each; nothing where all is well. */
export type Judge = (output: Output, circumstances: Circumstances) => string[]

/** The file in the working copy that lists accepted findings. */
export const acceptedFile = "audit.json"

/** Reads `audit.json`; there is nothing accepted where there is none. */
export function parseAccepted(text: string | undefined): Accepted[] {
  if (text === undefined) return []
  try {
    return z.strictObject({ accepted: z.array(acceptedFinding) }).parse(JSON.parse(text)).accepted
  } catch (error) {
    const details = error instanceof z.ZodError ? z.prettifyError(error).split("\n") : [String(error)]
    throw refused(`${acceptedFile} is not a list of accepted findings.`, ...details)
  }
}

interface Finding {
  ids: string[]
  package: string
  what: string
}

const pipReport = z.object({
  dependencies: z.array(
    z.object({
      name: z.string(),
      version: z.string().optional(),
      skip_reason: z.string().optional(),
      vulns: z
        .array(z.object({ id: z.string(), aliases: z.array(z.string()), fix_versions: z.array(z.string()) }))
        .default([]),
    }),
  ),
})

/** pip-audit calls it no vulnerability when it could not ask about a package; here that is an error. */
export const judgePipAudit: Judge = (output, circumstances) => {
  const report = pipReport.safeParse(parseJson(output.stdout))
  if (!report.success) throw unanswered("pip-audit", output)
  const { dependencies } = report.data
  const skipped = dependencies.filter(({ skip_reason }) => skip_reason !== undefined)
  if (dependencies.length === 0) throw unanswered("pip-audit", output)
  if (skipped.length > 0) {
    const some = skipped.slice(0, 3).map(({ name }) => name)
    const what = `PyPI told nothing of ${skipped.length} of ${dependencies.length} packages (${some.join(", ")}, …).`
    throw notAudited("pip-audit", what)
  }
  const findings = dependencies.flatMap(({ name, version, vulns }) =>
    vulns.map(({ id, aliases, fix_versions }): Finding => ({
      ids: [id, ...aliases],
      package: name,
      what: `${name} ${version}: ${id}, fixed in ${fix_versions.join(" or ") || "no version yet"}`,
    })),
  )
  return unaccepted("pip", findings, circumstances)
}

const npmReport = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      range: z.string(),
      fixAvailable: z.unknown(),
      via: z.array(z.union([z.string(), z.object({ url: z.string(), title: z.string() })])),
    }),
  ),
})

/** npm lists a package for what it depends on, too; the advisory itself is told of once, where it is. */
export const judgeNpmAudit: Judge = (output, circumstances) => {
  const report = npmReport.safeParse(parseJson(output.stdout))
  if (!report.success) throw unanswered("npm audit", output)
  const findings = Object.entries(report.data.vulnerabilities).flatMap(
    ([name, { severity, range, fixAvailable, via }]) =>
      via
        .filter((source) => typeof source !== "string")
        .map(({ url, title }): Finding => {
          const id = url.split("/").at(-1)!
          const fix = fixAvailable ? "fixed in a later version" : "fixed in no version yet"
          return { ids: [id], package: name, what: `${name} ${range}: ${id} (${severity}), ${title}, ${fix}` }
        }),
  )
  return unaccepted("npm", findings, circumstances)
}

/** Findings that nobody has accepted, and acceptances whose time is over, whether they are still needed or not. */
function unaccepted(audit: Accepted["audit"], findings: Finding[], { accepted, today }: Circumstances): string[] {
  const own = accepted.filter((acceptance) => acceptance.audit === audit)
  const isOver = ({ until }: Accepted) => until < today
  const open = findings.filter(
    ({ ids, package: name }) => !own.some((acceptance) => acceptance.package === name && ids.includes(acceptance.id)),
  )
  return [
    ...own
      .filter(isOver)
      .map((over) => `${acceptedFile}: ${over.id} in ${over.package} was accepted until ${over.until}: ${over.reason}`),
    ...open.map(({ what }) => what),
  ]
}

function unanswered(tool: string, { exitCode, stdout, stderr }: Output): Failure {
  const answer = z.object({ message: z.string() }).safeParse(parseJson(stdout))
  const said = answer.success ? answer.data.message : (stderr || stdout).trim().split("\n").slice(-3).join(" ")
  return notAudited(tool, `It got no answer (exit code ${exitCode}): ${said}`)
}

/** An audit that its registry did not answer: the packages are not clean, and a change is not to blame. */
export class NotAudited extends Failure {
  constructor(tool: string, details: string[]) {
    super("failed", `${tool} could not audit.`, details)
  }
}

const notAudited = (tool: string, what: string): NotAudited => new NotAudited(tool, [what])

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
