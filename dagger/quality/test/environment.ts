import type { SuiteEnd } from "./results.ts"

/** What a program wrote, and how it ended. */
export interface Ended {
  exitCode: number
  stdout: string
  stderr: string
}

/** Where suites run: in processes of this machine, or in the engine's containers. */
export interface TestEnvironment {
  /** Runs a suite's tests with these variables. */
  run(suite: string, variables: Record<string, string>): Promise<SuiteEnd>
  /** Runs Python, with the services' packages, in auth's folder. */
  python(args: string[], variables: Record<string, string>): Promise<Ended>
  /** PostgreSQL 17, for suites that this environment runs */
  postgres(): Promise<{ url: string; close(): Promise<void> }>
}
