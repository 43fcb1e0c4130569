import type { Changeset, Container, Directory, Secret, Service } from "@dagger.io/dagger"

/** What a function of the module was given. */
export interface Given {
  /** What is built, tested and deployed */
  source: Directory
  /** By the addresses that tell which variable each is */
  secrets: Secret[]
  /** The working copy with its .git, or with what of that tells the commit */
  git?: Directory | undefined
  /** What the checks look at */
  workingCopy?: Directory | undefined
}

/** What the module's functions hand over to: `engine/functions.ts`. */
export interface Engine {
  /** Runs a command of `commands/`, and returns what it prints */
  call(given: Given, command: string, options: Record<string, unknown>): Promise<string>
  /** The same for a command that changes the working copy; prints, and returns what it changed */
  change(given: Given, command: string, options: Record<string, unknown>): Promise<Changeset>
  checkGroup(given: Given, group: string): Promise<void>
  image(given: Given, service: string): Promise<Container>
  testReports(given: Given, options: Record<string, unknown>): Promise<Directory>
  up(given: Given): Promise<Service>
}

/**
 * Before each call Dagger's SDK loads all files of `src/`, has TypeScript read them with all that they import, and only then
 * calls. So they import what declares the functions; what does the work is loaded by a name that TypeScript does not follow.
 */
export async function engine(): Promise<Engine> {
  const place: string = "../engine/functions.ts"
  return ((await import(place)) as { functions: Engine }).functions
}
