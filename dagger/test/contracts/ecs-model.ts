import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { actionNames } from "../../local-cloud/ecs/actions/actions.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { serviceModel, shapesWithin } from "./service-model.ts"

/** What the local ECS holds its inputs against: AWS's model of the operations that it has, a shape a line. */
export const ecsModelFile = join(repositoryRoot, "dagger", "local-cloud", "ecs", "validation", "model.json")

export function ecsModel(): string {
  const { operations, shapes } = serviceModel("ecs")
  const within = shapesWithin(shapes, ...actionNames.map((name) => operations[name]!.input!))
  const lines = Object.entries(within).map(([name, shape]) => `  ${JSON.stringify(name)}: ${JSON.stringify(shape)}`)
  return `{\n${lines.join(",\n")}\n}\n`
}

// npm run ecs-model
if (import.meta.main) await writeFile(ecsModelFile, ecsModel())
