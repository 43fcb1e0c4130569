import type { SuiteKind } from "./suite-kind.ts"

/** The suite of the folder frontend/, which Jest runs. It needs no database, and has no integration tests. */
export const frontendSuite = "frontend"

/** The suites of these that need the services' packages, and a database for their integration tests. */
export const pythonSuites = (suites: string[]): string[] => suites.filter((suite) => suite !== frontendSuite)

/** Whether Jest has tests of the kind. */
export const hasFrontendTests = (kind: SuiteKind): boolean => kind !== "integration"

/** Jest, in the frontend's folder; its reports go to a folder that is there. */
export const jestArguments = (reports: string): string[] => [
  ...["jest", "--ci", "--coverage", `--coverageDirectory=${reports}`],
]

/** Where Jest's JUnit report goes, which it takes no argument for. React can be tested in no production build. */
export const jestVariables = (reports: string): Record<string, string> => ({
  JEST_JUNIT_OUTPUT_DIR: reports,
  NODE_ENV: "test",
})
