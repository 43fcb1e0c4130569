import { DockerfileParser, type Copy, type Env, type Healthcheck, type Instruction, type Run } from "dockerfile-ast"
import type { JSONInstruction, ModifiableInstruction } from "dockerfile-ast"

/** What a Dockerfile says of the image that it ends with. */
export interface Dockerfile {
  /** Its TCP ports, in their order */
  ports: number[]
  /** The command of its HEALTHCHECK, as it is written; absent without one, or with NONE */
  healthCheck?: string | undefined
  /** Of its HEALTHCHECK, such as interval: 1m30s */
  healthCheckFlags: Record<string, string>
  /** ENTRYPOINT and CMD, where both are lists of words; absent where a shell reads one, or there is neither */
  program?: string[] | undefined
  workdir: string
  /** What all of its stages copy of the build's context */
  copied: string[]
  /** What all of its stages run in a shell, a command each */
  runs: string[]
}

/** Reads a Dockerfile; undefined for a text that has no FROM, which Docker would not build either. */
export function readDockerfile(text: string): Dockerfile | undefined {
  const stages = stagesOf(DockerfileParser.parse(text).getInstructions())
  const last = stages.at(-1)
  if (!last) return undefined
  const final = withBase(stages, last)
  const variables = variablesOf(final)
  const named = (keyword: string) => final.filter((instruction) => instruction.getKeyword() === keyword)
  const all = stages.flatMap(({ instructions }) => instructions)
  const check = named("HEALTHCHECK").at(-1) as Healthcheck | undefined
  return {
    ports: [...new Set(named("EXPOSE").flatMap((exposed) => portsOf(expand(exposed, variables))))],
    healthCheck: healthCheckOf(check, variables),
    healthCheckFlags: Object.fromEntries(
      (check?.getFlags() ?? []).map((flag) => [flag.getName(), flag.getValue() ?? ""]),
    ),
    program: programOf(named("ENTRYPOINT").at(-1), named("CMD").at(-1)),
    workdir: named("WORKDIR").at(-1)?.getArgumentsContent()?.trim() ?? "/",
    copied: all.filter(isCopy).flatMap(sourcesOf),
    runs: all.filter((one): one is Run => one.getKeyword() === "RUN").flatMap(commandsOf),
  }
}

interface Stage {
  name: string | undefined
  base: string | undefined
  instructions: Instruction[]
}

function stagesOf(instructions: Instruction[]): Stage[] {
  const stages: Stage[] = []
  for (const instruction of instructions) {
    if (instruction.getKeyword() !== "FROM") stages.at(-1)?.instructions.push(instruction)
    else {
      const [base, as, name] = instruction.getExpandedArguments().map((word) => word.getValue())
      stages.push({ base, name: as?.toUpperCase() === "AS" ? name?.toLowerCase() : undefined, instructions: [] })
    }
  }
  return stages
}

/** A stage's instructions behind those of the stages that it is made from. */
function withBase(stages: Stage[], { base, instructions }: Stage): Instruction[] {
  const at = stages.findIndex(({ name, instructions: own }) => own !== instructions && name === base?.toLowerCase())
  // Only an earlier stage can be one's base: a later one of the name of an image is another thing.
  const isEarlier = at >= 0 && at < stages.findIndex((stage) => stage.instructions === instructions)
  return isEarlier && base ? [...withBase(stages, stages[at]!), ...instructions] : instructions
}

/** What ENV and ARG set, the last one of a name. */
function variablesOf(instructions: Instruction[]): Map<string, string> {
  const setting = instructions.filter((one): one is Env => ["ENV", "ARG"].includes(one.getKeyword()))
  const properties = setting.flatMap((instruction) => instruction.getProperties())
  return new Map(properties.flatMap((one) => (one.getValue() === null ? [] : [[one.getName(), one.getValue()!]])))
}

/** An instruction's arguments with the values of its variables; one without a value stays as it is written. */
function expand(instruction: Instruction, values: Map<string, string>): string {
  return instruction.getVariables().reduce(
    (text, variable) => {
      const value = values.get(variable.getName()) ?? variable.getSubstitutionParameter()
      return value === null ? text : text.replace(variable.toString(), () => value)
    },
    (instruction.getArgumentsContent() ?? "").replace(/\s+/g, " "),
  )
}

/** `8080`, `8080/tcp`, or the first of `7000-7005`; UDP reaches no load balancer of HTTP. */
function portsOf(exposed: string): number[] {
  return exposed.split(" ").flatMap((word) => {
    const [, port] = /^(\d+)(?:-\d+)?(?:\/tcp)?$/i.exec(word) ?? []
    return port !== undefined && Number(port) > 0 && Number(port) <= 65535 ? [Number(port)] : []
  })
}

function healthCheckOf(instruction: Healthcheck | undefined, variables: Map<string, string>): string | undefined {
  const [, command] = /^CMD\s+(.+)$/is.exec(instruction ? expand(instruction, variables) : "") ?? []
  return command
}

/** CMD gives the words behind those of ENTRYPOINT, where there is one. */
function programOf(entrypoint: Instruction | undefined, command: Instruction | undefined): string[] | undefined {
  const [first, second] = [entrypoint, command].map((one) => one && wordsOf(one as JSONInstruction))
  const isShell = (entrypoint && !first) || (command && !second)
  const words = [...(first ?? []), ...(second ?? [])]
  return isShell || words.length === 0 ? undefined : words
}

/** The words of an instruction in its exec form, which is JSON; undefined where a shell reads it. */
function wordsOf(instruction: JSONInstruction): string[] | undefined {
  try {
    const words: unknown = JSON.parse(instruction.getArgumentsContent() ?? "")
    return Array.isArray(words) && words.every((word) => typeof word === "string") ? words : undefined
  } catch {
    return undefined
  }
}

const isCopy = (instruction: Instruction): instruction is Copy => ["COPY", "ADD"].includes(instruction.getKeyword())

/** What a COPY or ADD takes of the context: not of a stage, an address, or by a variable. */
function sourcesOf(instruction: Copy): string[] {
  if (flagOf(instruction, "from") !== undefined || instruction.getHeredocs().length > 0) return []
  const words = wordsOf(instruction) ?? instruction.getArguments().map((word) => word.getValue())
  return words.slice(0, -1).filter((source) => !/^[a-z+]+:\/\/|^git@|\$/.test(source))
}

const flagOf = (instruction: ModifiableInstruction, name: string): string | undefined =>
  instruction
    .getFlags()
    .find((flag) => flag.getName() === name)
    ?.getValue() ?? undefined

/** `npm ci && npm run build` is two commands; a here-document is read by nobody. */
function commandsOf(instruction: Run): string[] {
  if (instruction.getHeredocs().length > 0) return []
  return (instruction.getArgumentsContent() ?? "").split(/&&|;/).map((command) => command.trim().replace(/\s+/g, " "))
}
