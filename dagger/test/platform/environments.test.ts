import { expect, test } from "vitest"
import { localEnvironment, requireEnvironment, tasksOf } from "../../platform/environments.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { manifest } from "./manifests.ts"

test("an environment is whatever the manifest has: refused is what it has not, and told what there is", () => {
  const platform = parsePlatform(manifest(({ environments }) => (environments["qa-eu"] = { tasks: 3 })))
  expect(requireEnvironment(platform, "qa-eu")).toEqual({
    name: "qa-eu",
    local: false,
    tasks: 3,
    approval: false,
    bakeSeconds: 0,
    strategy: { type: "rolling" },
  })
  expect(() => requireEnvironment(platform, "prod")).toThrow(
    /^refused: unknown environment "prod"\.\n {2}Expected one of: local, staging, production, qa-eu \(platform\.json\)\./,
  )
  for (const inherited of ["constructor", "toString", ""]) {
    expect(() => requireEnvironment(platform, inherited)).toThrow(/^refused: unknown environment/)
  }
})

test("the local environment is the one that says so, whatever its name", () => {
  const platform = parsePlatform(
    manifest(({ environments }) => {
      delete environments.local
      environments.laptop = { local: true, tasks: 1 }
    }),
  )
  expect(localEnvironment(platform).name).toBe("laptop")
})

test("a service starts with the environment's number of tasks, or with its own", () => {
  const platform = parsePlatform(manifest(({ services }) => (services.proxy!.tasks = { production: 5 })))
  const [auth, , , proxy] = platform.services
  expect(tasksOf(platform, auth!, "production")).toBe(2)
  expect(tasksOf(platform, proxy!, "production")).toBe(5)
  expect(tasksOf(platform, proxy!, "staging")).toBe(1)
})
