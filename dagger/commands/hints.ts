import { Failure } from "../platform/failure.ts"
import { commandNames } from "./names.ts"

const names = commandNames.join("|")

/** A command in a sentence: its name and options, with or without how commands are typed somewhere. */
const hint = new RegExp(`(?:dagger call |npm run cathouse -- )?(?<![\\w-])(?:${names})(?= --[a-z])`, "g")

/** A sentence that ends with a command: its full stop would be pasted, too. */
const lastStop = new RegExp(`((?:^|\\s)(?:${names}) --[^.…]*[^.…\\s])\\.$`, "gm")

/** A text whose commands can be pasted where `invocation` is how they are typed: `dagger call` or `npm run cathouse --`. */
export const pasteable = (text: string, invocation: string): string =>
  text
    .replace(lastStop, "$1")
    .replace(hint, (found) => `${invocation} ${found.replace(/^(dagger call|npm run cathouse --) /, "")}`)

/** A failure whose hints can be pasted. */
export function withHints(failure: Failure, invocation: string): Failure {
  const details = failure.details.map((line) => pasteable(line, invocation))
  return new Failure(failure.outcome, pasteable(failure.what, invocation), details)
}
