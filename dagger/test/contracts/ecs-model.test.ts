import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { ecsModel, ecsModelFile } from "./ecs-model.ts"

test("the local ECS holds its inputs against AWS's own model (npm run ecs-model)", async () => {
  expect(await readFile(ecsModelFile, "utf8")).toBe(ecsModel())
})
