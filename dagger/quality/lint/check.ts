import type { Judge } from "./audits.ts"

/** The tools that a command needs; node/packages/toolchains.ts and engine/toolchains.ts install them. */
export type Toolchain = "services" | "linters" | "node" | "frontend" | "terraform"

/** A command that finds mistakes or fixes them, the same under the engine and in plain Node. */
export interface Run {
  toolchain: Toolchain
  /** Where it runs, relative to the working copy */
  folder: string
  /** What it reads, as patterns of the engine's `include`: what else changes cannot make it run again */
  files: string[]
  command: string[]
  /** Whether it changes files */
  changes?: boolean
}

/** Checks that `dagger check` runs as one: the module starts once for each of these. */
export type CheckGroup = "python" | "typescript" | "infrastructure" | "audits"

/** What finds one kind of mistake. */
export interface Check {
  /** The tool's own */
  name: string
  group: CheckGroup
  runs: Run[]
  judge: Judge
  /** The one command that fixes what it finds */
  fix: string
  /** What it asks changes without us: a clean answer is one of that day */
  daily?: boolean
}
