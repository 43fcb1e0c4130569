import type { Output } from "../../platform/output.ts"
import type { Progress } from "../../platform/progress.ts"
import type { SuiteEnd } from "./results.ts"
import type { SuiteKind } from "./suite-kind.ts"

/** What tests need of whoever runs them. */
export interface TestRunner {
  /** How to get at the reports of the tests, in words */
  readonly whereReportsAre: string
  /** Values of environment variables, secrets among them; one that is not set is absent */
  variables<Name extends string>(names: readonly Name[]): Promise<Partial<Record<Name, string>>>
  /** The hash of the commit that is checked out; undefined outside of a git repository */
  head(): Promise<string | undefined>
  /** The folders of services/ that have tests, and the frontend, if it has */
  suiteNames(): Promise<string[]>
  /** Where these suites run. It installs nothing yet: what their database is refused for is told first. */
  openSuites(suites: string[], kind: SuiteKind, progress: Progress): Promise<SuiteRunner>
}

/** Where suites run: in processes of this machine, or in the engine's containers. */
export interface SuiteRunner {
  /** Gets what the suites import, where they do not get it as they run. */
  install(): Promise<void>
  /** Runs a suite's tests with these variables. */
  run(suite: string, variables: Record<string, string>): Promise<SuiteEnd>
  /** Runs Python, with the services' packages, in the folder of the service that migrates. */
  python(args: string[], variables: Record<string, string>): Promise<Output>
  /** PostgreSQL 17, for suites that are run here */
  postgres(): Promise<{ url: string; close(): Promise<void> }>
}
