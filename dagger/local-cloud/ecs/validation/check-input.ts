import { readFileSync } from "node:fs"
import { join } from "node:path"
import { AwsError, invalidParameter } from "../aws-error.ts"
import { known, violations, type Shapes } from "./shapes.ts"

let shapes: Shapes | undefined

/**
 * Holds an operation's input against AWS's service model of ECS: types, enums, lengths, ranges, and what is required below the
 * first level. (What is required of the operation itself has words of its own, in the action.) Returns it without what the model
 * does not know, which AWS ignores. Throws an AwsError.
 */
export function checkInput(action: string, input: unknown): unknown {
  shapes ??= readShapes()
  const name = `${action}Request`
  // Those without a shape are no operations; the action says so.
  if (!Object.hasOwn(shapes, name)) return input
  const found = violations(shapes, name, input)
  const unreadable = found.find(({ kind }) => kind === "type")
  if (unreadable) throw new AwsError("SerializationException", unreadable.message)
  const broken = found.filter(({ kind, path, message }) => kind === "constraint" && !isOwn(path, message))
  if (broken.length === 0) return known(shapes, name, input)
  const count = `${broken.length} validation error${broken.length === 1 ? "" : "s"} detected`
  throw invalidParameter(`${count}: ${broken.map(({ message }) => message).join("; ")}`)
}

/** A member of the operation's own that is missing */
const isOwn = (path: string, message: string): boolean => !path.includes(".") && message.endsWith("not be null")

/** `npm run ecs-model` writes it from AWS's own. */
const readShapes = (): Shapes => JSON.parse(readFileSync(join(import.meta.dirname, "model.json"), "utf8")) as Shapes
