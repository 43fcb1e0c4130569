import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect } from "vitest"
import { repositoryRoot } from "../platform-copy.ts"

/** A row of docs/failures.md. */
export interface FailureRow {
  id: string
  /** What failed, what the user sees, what is left, what to do */
  cells: string[]
}

/** An id as the table and the names of tests have it: `migrate-fails`. */
export const idPattern = "[a-z]+(?:-[a-z]+)+"

export function readFailureTable(): FailureRow[] {
  const text = readFileSync(join(repositoryRoot, "docs", "failures.md"), "utf8")
  return [...text.matchAll(new RegExp(`^\\| \`(${idPattern})\` +\\|(.*)\\|$`, "gm"))].map(([, id, cells]) => ({
    id: id!,
    cells: cells!.split("|").map((cell) => cell.trim()),
  }))
}

/**
 * What the table says that the user sees of a failure, as a pattern; by default of the row that the running test's name
 * begins with. `…` stands for anything, `staging` for any environment.
 */
export function seen(id = idOf(expect.getState().currentTestName)): RegExp {
  const row = readFailureTable().find((row) => row.id === id)
  if (!row) throw new Error(`docs/failures.md has no row ${id}`)
  const messages = [...row.cells[1]!.matchAll(/`([^`]+)`/g)].map(([, message]) => patternOf(message!))
  return new RegExp(messages.join("[^]*"), "m")
}

const idOf = (test = ""): string | undefined => new RegExp(`\\[(${idPattern})\\]`).exec(test)?.[1]

const patternOf = (message: string): string =>
  message
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("…", ".*")
    .replaceAll("staging", "[a-z][a-z0-9-]*") + "$"
