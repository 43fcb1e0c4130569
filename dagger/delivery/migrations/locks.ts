import { z } from "zod"
import { refused } from "../../platform/failure.ts"
import { toldBy, type RunTool } from "../provenance/tools.ts"
import type { Migration } from "./destructive.ts"

/** What a statement locks while it runs, and what to write instead. */
export interface Lock {
  revision: string
  statement: string
  /** squawk's name of the rule, such as adding-foreign-key-constraint */
  rule: string
  /** In squawk's words, one line */
  what: string
}

/**
 * Rules of squawk's that are not about locks: style, what findDestructive judges, and time-outs, which migrations/env.py sets.
 */
export const excludedRules = [
  ...["ban-char-field", "prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-identity"],
  ...["prefer-robust-stmts", "prefer-text-field", "prefer-timestamptz"],
  ...["ban-drop-column", "ban-drop-database", "ban-drop-not-null", "ban-drop-table", "ban-truncate-cascade"],
  ...["renaming-column", "renaming-table", "adding-required-field"],
  ...["require-lock-timeout", "require-statement-timeout"],
  // An index that is created concurrently has left the transaction, which the SQL of its migration alone does not show.
  "ban-concurrent-index-creation-in-transaction",
]

const report = z.array(
  z.object({
    line: z.int(),
    line_end: z.int(),
    message: z.string(),
    help: z.string().nullish(),
    rule_name: z.string(),
  }),
)

const file = "pending.sql"

/** What pending migrations lock, as squawk tells it for PostgreSQL 17. Refuses where squawk does not answer. */
export async function findLocks(run: RunTool, pending: Migration[]): Promise<Lock[]> {
  const lines = pending.flatMap(({ id, sql }) => sql.split("\n").map((text) => ({ id, text })))
  if (lines.length === 0) return []
  const options = [
    "--reporter",
    "json",
    "--pg-version",
    "17.0",
    "--assume-in-transaction",
    "--exclude",
    excludedRules.join(),
  ]
  const output = await run("squawk", [...options, file], {
    variables: {},
    files: { [file]: lines.map(({ text }) => text).join("\n") },
  })
  const found = report.safeParse(parseJson(output.stdout))
  if (!found.success) throw refused("squawk did not tell what the migrations lock.", ...toldBy(output))
  return found.data.map(({ line, line_end, message, help, rule_name: rule }) => ({
    revision: lines[line]!.id,
    statement: lines
      .slice(line, line_end + 1)
      .map(({ text }) => text.trim())
      .join(" "),
    rule,
    what: [message, help ?? ""].join(" ").replace(/\s+/g, " ").trim(),
  }))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
