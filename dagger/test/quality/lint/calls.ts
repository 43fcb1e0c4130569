import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parsePlatform } from "../../../platform/manifest.ts"
import { checkNames } from "../../../quality/lint/checks.ts"
import { repositoryRoot } from "../../platform-copy.ts"
import { chainedTo, moduleFunctions } from "./module.ts"

const functions = moduleFunctions()

/** The function of a call, and its flags; what follows a pipe is the shell's. */
export function parseCall(call: string): { name: string; flags: [string, string][]; rest: string[] } {
  const [name = "", ...words] = call.split("|")[0]!.trim().split(/\s+/)
  const flags: [string, string][] = []
  const rest: string[] = []
  while (words.length > 0) {
    const word = words.shift()!
    const [, flag, value] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? []
    if (flag === undefined) rest.push(word)
    else flags.push([flag, value ?? words.shift() ?? ""])
  }
  return { name, flags, rest }
}

/** What the manifest and the checks allow for a flag. */
const choicesOf: Record<string, readonly string[]> = {
  check: checkNames,
  env: parsePlatform(readFileSync(join(repositoryRoot, "platform.json"), "utf8")).environments.map(({ name }) => name),
}

/** What is wrong with a call, by the module's source. */
export function problemsOf(call: string): string[] {
  const { name, flags, rest } = parseCall(call)
  const known = functions.get(name)
  if (!known) return [`there is no function ${name}`]
  const given = flags.map(([flag]) => flag)
  const missing = known.arguments.filter((argument) => argument.required && !given.includes(argument.name))
  return [
    ...rest.filter((word) => !chainedTo(name).includes(word)).map((word) => `${word} is no flag`),
    ...missing.map((argument) => `--${argument.name} is missing`),
    ...flags.flatMap(([flag, value]) => {
      const argument = known.arguments.find((each) => each.name === flag)
      if (!argument) return [`${name} takes no --${flag}`]
      const choices = choicesOf[flag] ?? argument.choices
      const wrong = value.split(",").filter((each) => each === "" || (choices && !choices.some((one) => one === each)))
      return wrong.map((each) => `--${flag} cannot be "${each}"`)
    }),
  ]
}
