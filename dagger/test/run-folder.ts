import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Names the folder of one run of the tests, where files share what is made once. */
export const runFolder = "CATHOUSE_TEST_RUN"

const figuresIn = (run: string): string => join(run, "figures")

/** Vitest calls it before the first file, and what it returns after the last. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-tests-"))
  process.env[runFolder] = folder
  for (const name of ["figures", "requests"]) await mkdir(join(folder, name))
  return async () => {
    await printFigures(folder)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Has a table or a line printed once all tests have ended, in the order of the names. */
export async function printAtTheEnd(name: string, lines: string[]): Promise<void> {
  await writeFile(join(figuresIn(process.env[runFolder]!), name), lines.join("\n"))
}

async function printFigures(folder: string): Promise<void> {
  for (const name of (await readdir(figuresIn(folder))).toSorted())
    console.log(`\n${await readFile(join(figuresIn(folder), name), "utf8")}`)
}
