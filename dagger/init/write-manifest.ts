import { basename } from "node:path"
import type { z } from "zod"
import { manifestFile, parsePlatform, type Platform } from "../platform/manifest.ts"
import type { manifestSchema } from "../platform/manifest-schema.ts"
import { describeService, nameFrom, namesOf, type Recipe } from "./describe-service.ts"
import type { Note } from "./note.ts"
import { printJson, type Printed } from "./print-json.ts"
import { routesOf } from "./routes.ts"

/** What the caller says, or the repository tells, of what no Dockerfile has. */
export interface Known {
  name?: string | undefined
  region?: string | undefined
  /** Where editors find the schema */
  schema: string
}

export interface WrittenManifest {
  platform: Platform
  printed: Printed
  notes: Note[]
}

/** Environments that most teams have: this machine, one for each commit, and one for what has been approved. */
const environments: z.input<typeof manifestSchema>["environments"] = {
  local: { local: true, tasks: 1 },
  staging: { tasks: 1 },
  production: { tasks: 2, promotesFrom: "staging", approval: true },
}

/** The manifest of a repository, of the folders of its services in their order. */
export async function writeManifest(
  root: string,
  folders: Omit<Recipe, "name">[],
  { schema, ...known }: Known,
): Promise<WrittenManifest> {
  const name = known.name ?? nameFrom(basename(root), longestName) ?? "platform"
  const names = namesOf(
    folders.map(({ folder }) => folder),
    name,
  )
  const recipes = folders.map((one): Recipe => ({ ...one, name: names.get(one.folder)! }))
  const listening = recipes.filter(({ dockerfile }) => dockerfile.ports.length > 0)
  const routes = routesOf(listening.map(({ name, health }) => ({ name, healthPath: health?.path })))
  const described = await Promise.all(
    recipes.map(async (recipe) => [recipe.name, await describeService(root, recipe, routes.get(recipe.name))] as const),
  )
  const printed = printJson({
    $schema: schema,
    name,
    region: known.region ?? usualRegion,
    environments,
    services: Object.fromEntries(described.map(([name, { written }]) => [name, written])),
  })
  const ofServices = described.flatMap(([name, { unseen }]) =>
    unseen.map(({ place, text }) => ({
      file: manifestFile,
      place: ["services", name, ...(place ? [place] : [])].join("."),
      text,
    })),
  )
  return {
    platform: parsePlatform(printed.text),
    printed,
    notes: [...guessed(known, name), ...ofServices],
  }
}

/** What names in AWS begin with is short. */
export const longestName = 20

const usualRegion = "eu-central-1"

function guessed({ name, region }: Omit<Known, "schema">, taken: string): Note[] {
  const ofName = {
    file: manifestFile,
    place: "name",
    text: `${taken} is a guess, and names in AWS begin with it (--name)`,
  }
  const ofRegion = {
    file: manifestFile,
    place: "region",
    text: `${usualRegion} is a guess: AWS_REGION is not set (--region)`,
  }
  return [...(name === undefined ? [ofName] : []), ...(region === undefined ? [ofRegion] : [])]
}
