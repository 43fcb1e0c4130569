import { z } from "zod"
import { readObject, refuseUnreadable, writeObject, type Format } from "../store.ts"
import type { Target } from "../target.ts"
import { migrationSchema, type Migration } from "./destructive.ts"

const revisions = z.array(migrationSchema)

/** The migrations in their order; the first version was the bare list. */
const format: Format<Migration[]> = [
  revisions,
  z.codec(z.object({ migrations: revisions }), revisions, {
    decode: ({ migrations }) => migrations,
    encode: (migrations) => ({ migrations }),
  }),
]

const keyOf = (version: string): string => `migrations/${version}.json`

/** The migrations that a version of the migrating service comes with; undefined where the environment has not kept them. */
export async function readKeptMigrations(target: Target, version: string): Promise<Migration[] | undefined> {
  return (await readObject(target, keyOf(version), format).catch(refuseUnreadable))?.value
}

/** Keeps the migrations that a version comes with, so that a promotion can tell what it would run. */
export const keepMigrations = (target: Target, version: string, all: Migration[]): Promise<void> =>
  writeObject(target, keyOf(version), format, all)
