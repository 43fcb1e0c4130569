import { z } from "zod"
import { readObject, refuseUnreadable, writeObject, type Format } from "../store.ts"
import type { Target } from "../target.ts"
import { revisionSchema, type Revision } from "./destructive.ts"

const revisions = z.array(revisionSchema)

/** The migrations in their order; the first version was the bare list. */
const format: Format<Revision[]> = [
  revisions,
  z.codec(z.object({ migrations: revisions }), revisions, {
    decode: ({ migrations }) => migrations,
    encode: (migrations) => ({ migrations }),
  }),
]

const keyOf = (version: string): string => `migrations/${version}.json`

/** The migrations that a version of the migrating service comes with; undefined where the environment has not kept them. */
export async function readRevisions(target: Target, version: string): Promise<Revision[] | undefined> {
  return (await readObject(target, keyOf(version), format).catch(refuseUnreadable))?.value
}

/** Keeps the migrations that a version comes with, so that a promotion can tell what it would run. */
export const keepRevisions = (target: Target, { version, all }: { version: string; all: Revision[] }): Promise<void> =>
  writeObject(target, keyOf(version), format, all)
