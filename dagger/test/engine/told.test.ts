import { expect, test } from "vitest"
import { refused } from "../../platform/failure.ts"
import { failing, lastWords } from "../../engine/told.ts"

const id = "Crqc".repeat(2000)
/** The SDK's errors, as a module gets them: known by their names. */
const ofSdk = (name: string, message: string, fields: object): Error =>
  Object.assign(new Error(message), { name, ...fields })
const execError = (stdout: string, stderr: string): Error =>
  ofSdk("ExecError", `failed to load container: load Container@${id}: exit code: 1`, { stdout, stderr })

const tellOf = (error: unknown): string => {
  try {
    return failing("the image of auth could not be built.", "Correct it.")(error)
  } catch (failure) {
    return (failure as Error).message
  }
}

test("what a container's command has said last is told, not the engine's names for it", () => {
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at}`).join("\n")
  const told = tellOf(execError(lines, `${"x".repeat(5000)}\nSyntaxError: invalid syntax\n`))
  expect(told).toMatch(/^refused: the image of auth could not be built\.\n/)
  expect(told).toContain("  | SyntaxError: invalid syntax\n  Correct it.")
  expect(told.split("\n").length).toBeLessThanOrEqual(20)
  expect(Math.max(...told.split("\n").map((line) => line.length))).toBeLessThanOrEqual(210)
})

test("an error of the engine's own is told by its end", () => {
  const message = `failed to load container from converted ID: load Container@${id}: load xxh3:bc6b7520be83d0a7: inputs: load xxh3:f381857c951079b0: inputs: failed to parse Dockerfile: unknown instruction: RUNN`
  expect(lastWords(new Error(message))).toEqual(["failed to parse Dockerfile: unknown instruction: RUNN"])
  const asked = ofSdk("GraphQLRequestError", message, { extensions: { stderr: "no space left" } })
  expect(lastWords(asked)).toEqual(["no space left"])
})

test("a failure of ours stays what it is", () => {
  expect(tellOf(refused("cats only."))).toMatch(/^refused: cats only\./)
})
