import { Ajv2020 } from "ajv/dist/2020.js"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { manifestJsonSchema } from "../../platform/json-schema.ts"
import { repositoryRoot } from "../platform-copy.ts"

const read = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(repositoryRoot, file), "utf8")) as Record<string, unknown>

test("platform.schema.json is what the manifest's schema is now; npm run schema writes it", () => {
  expect(read("platform.schema.json")).toEqual(manifestJsonSchema())
})

test("an editor finds the schema from platform.json, which it allows, and says what a misspelt property should be", () => {
  const { $schema } = read("platform.json")
  expect($schema).toBe("./platform.schema.json")
  const validate = new Ajv2020().compile(read("platform.schema.json"))
  expect(validate(read("platform.json")), JSON.stringify(validate.errors)).toBe(true)
  const environments = { local: { local: true, tasks: 1 }, staging: { task: 1 } }
  expect(validate({ ...read("platform.json"), environments })).toBe(false)
  expect(validate.errors).toEqual([expect.objectContaining({ instancePath: "/environments/staging" })])
})
