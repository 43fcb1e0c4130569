import { check, Directory, func, object } from "@dagger.io/dagger"
import { engine } from "./work.ts"

/** The checks of a working copy, in groups: the module starts once for each. All throw with what they find, and how to fix it. */
@object()
export class Checks {
  workingCopy: Directory

  constructor(workingCopy: Directory) {
    this.workingCopy = workingCopy
  }

  /** Black, Pylint and mypy: Python is formatted, without mistakes, and its types hold */
  @func()
  @check()
  async python(): Promise<void> {
    return this.run("python")
  }

  /** ESLint, Prettier, tsc, dependency-cruiser and knip: TypeScript is formatted, its types hold, and nothing is unused */
  @func()
  @check()
  async typescript(): Promise<void> {
    return this.run("typescript")
  }

  /** terraform fmt and validate, hadolint, ShellCheck, actionlint and zizmor: Dockerfiles, scripts and workflows, too, are sound */
  @func()
  @check()
  async infrastructure(): Promise<void> {
    return this.run("infrastructure")
  }

  /** pip-audit and npm audit: no known vulnerability that audit.json does not accept; without an answer, it is told and passes */
  @func({ cache: "never" })
  @check()
  async audits(): Promise<void> {
    return this.run("audits")
  }

  private async run(group: string): Promise<void> {
    await (await engine()).checkGroup({ source: this.workingCopy, secrets: [] }, group)
  }
}
