import type { Progress } from "../platform/progress.ts"
import type { Options, Values } from "./option.ts"
import type { Runner } from "./runner.ts"

/** A verb: how it is explained, what it takes, and what it does. The module and the command line only hand arguments over. */
export interface Command<O extends Options = Options> {
  /** As it is typed: `deploy-site` */
  name: string
  /** One sentence, in lists of commands and in --help */
  summary: string
  /** What is typed behind `dagger call` or `npm run cathouse --` */
  example?: string
  options: O
  /** Does it, and returns what it prints. Throws a Failure where it did not succeed. */
  run(runner: Runner, options: Values<O>, progress: Progress): Promise<string>
}

/** Declares a command, and infers the types of its options. */
export const command = <O extends Options>(declared: Command<O>): Command<O> => declared
