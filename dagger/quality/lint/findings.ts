import { causesOf, Failure } from "../../platform/failure.ts"
import type { Output } from "../../platform/output.ts"
import type { Check, Run } from "./check.ts"

/** More than these are counted, not shown: what comes first is fixed first. */
const shownLines = 20

/** The findings of a tool that exits with 0 where there are none: all that it says. */
export function judgeExitCode({ exitCode, stdout, stderr }: Output): string[] {
  if (exitCode === 0) return []
  const lines = linesOf(`${stdout}\n${stderr}`)
  return lines.length > 0 ? lines : [`it exited with ${exitCode} and said nothing`]
}

export const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "")

/** What a run has found, with the folder that its paths are relative to. */
export const located = (run: Run, findings: string[]): string[] =>
  findings.map((finding) => (run.folder === "." ? finding : `${run.folder}: ${finding}`))

/** A check that has found something. */
export function failedCheck(check: Check, findings: string[]): Failure {
  const more = findings.length - shownLines
  return new Failure("failed", `${check.name} is not clean.`, [
    ...findings.slice(0, shownLines),
    ...(more > 0 ? [`… and ${more} more lines`] : []),
    `Fix: ${check.fix}`,
  ])
}

/** How checks that ran side by side have ended. Throws with what all of them have found. */
export function summaryOf(checks: Check[], results: PromiseSettledResult<string[]>[]): string {
  const failures = results.flatMap((result, at) =>
    result.status === "rejected" ? [{ name: checks[at]!.name, causes: causesOf(result.reason) }] : [],
  )
  if (failures.length === 0)
    return results.flatMap((result) => (result.status === "fulfilled" ? result.value : [])).join("\n")
  const names = failures.map(({ name }) => name).join(", ")
  const details = failures.flatMap(({ causes: [what, ...details] }) => [
    "",
    what!,
    ...details.map((line) => `  ${line}`),
  ])
  throw new Failure("failed", `${failures.length} of ${checks.length} checks are not clean: ${names}.`, details)
}
