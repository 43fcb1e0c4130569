import { globSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { expect, test } from "vitest"
import { repositoryRoot } from "../platform-copy.ts"

const dagger = join(repositoryRoot, "dagger")

/** The files that a file imports, by their path below dagger/ */
function importsOf(file: string): string[] {
  const source = readFileSync(join(dagger, file), "utf8")
  const names = [...source.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)].map(([, name]) => name!)
  return names.map((name) => normalize(join(dirname(file), name)))
}

const outside = (folder: string, allowed: RegExp): string[] =>
  globSync(`${folder}/**/*.ts`, { cwd: dagger }).flatMap((file) =>
    importsOf(file)
      .filter((imported) => !allowed.test(imported))
      .map((imported) => `${file} imports ${imported}`),
  )

test("the local cloud imports itself, the platform and AWS's clients alone", () => {
  expect(outside("local-cloud", /^(local-cloud|platform)\/|^aws\/clients\.ts$/)).toEqual([])
})

test("its ECS imports itself and what a task driver is, and so knows no platform", () => {
  expect(outside("local-cloud/ecs", /^local-cloud\/(ecs\/|task-driver\.ts$)/)).toEqual([])
})
