import { withHints } from "../commands/hints.ts"
import { Failure, messageOf, refused } from "../platform/failure.ts"

/** A failure is read in a log: as many of a tool's last lines, and as much of each. */
const shown = { lines: 12, characters: 200 }

/**
 * The engine's own errors name its objects by IDs of thousands of characters. This tells what was being made, and the last
 * lines of the tool that failed at it.
 */
export const failing =
  (what: string, advice: string) =>
  (error: unknown): never => {
    if (error instanceof Failure) throw error
    throw refused(what, ...lastWords(error).map((line) => `| ${line}`), advice)
  }

/** The same for what no step has named; an error that is not the engine's is a defect, and stays one. */
export const readably = (command: string) => (error: unknown) => {
  if (error instanceof Failure) throw withHints(error, "dagger call")
  if (!isOfEngine(error)) throw error
  throw new Failure("failed", `${command} did not come to its end.`, [
    ...lastWords(error).map((line) => `| ${line}`),
    "dagger --progress=plain shows what the engine did.",
  ])
}

/** What a container's command has said, or what the engine says at the end of its own message. */
export function lastWords(error: unknown): string[] {
  const { stdout = "", stderr = "" } = outputOf(error)
  const said = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "")
  const lines = said.length > 0 ? said : messageOf(error).split("\n").map(withoutIds)
  return lines.slice(-shown.lines).map((line) => line.trimEnd().slice(0, shown.characters))
}

/** What the SDK's ExecError has, and its GraphQLRequestError; a module's SDK exports neither. */
interface EngineError extends Error {
  stdout?: string
  stderr?: string
  extensions?: { stdout?: string; stderr?: string }
}

const isOfEngine = (error: unknown): error is EngineError =>
  error instanceof Error && ["ExecError", "GraphQLRequestError"].includes(error.name)

function outputOf(error: unknown): { stdout?: string; stderr?: string } {
  if (!isOfEngine(error)) return {}
  const { extensions = {}, stdout = extensions.stdout, stderr = extensions.stderr } = error
  return { ...(stdout !== undefined && { stdout }), ...(stderr !== undefined && { stderr }) }
}

/** load Container@Crqc…: load xxh3:bc6b…: inputs: failed to parse the Dockerfile → failed to parse the Dockerfile */
const withoutIds = (line: string): string => line.replace(/^.*(?:[A-Za-z]+@\S{40,}|xxh3:[0-9a-f]+)(?:: inputs)?: /, "")
