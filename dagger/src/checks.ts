import { check, Directory, func, object } from "@dagger.io/dagger"
import { checksOf, selectChecks } from "../quality/lint/checks.ts"
import { runCheck } from "../quality/lint/run-checks.ts"
import { engineRunner } from "./engine/runner.ts"

/** The checks of a working copy. Each throws with what it finds, and with the command that fixes it. */
@object()
export class Checks {
  workingCopy: Directory

  constructor(workingCopy: Directory) {
    this.workingCopy = workingCopy
  }

  /** Black: Python is formatted */
  @func()
  @check()
  async black(): Promise<void> {
    return this.run("black")
  }

  /** Pylint: no mistake of Python's that it knows */
  @func()
  @check()
  async pylint(): Promise<void> {
    return this.run("pylint")
  }

  /** mypy, strict: Python's types hold */
  @func()
  @check()
  async mypy(): Promise<void> {
    return this.run("mypy")
  }

  /** ESLint: the module's and the frontend's TypeScript */
  @func()
  @check()
  async eslint(): Promise<void> {
    return this.run("eslint")
  }

  /** Prettier: TypeScript, JSON, YAML and Markdown are formatted */
  @func()
  @check()
  async prettier(): Promise<void> {
    return this.run("prettier")
  }

  /** tsc: the module's and the frontend's types hold */
  @func()
  @check()
  async tsc(): Promise<void> {
    return this.run("tsc")
  }

  /** hadolint: the services' Dockerfiles */
  @func()
  @check()
  async hadolint(): Promise<void> {
    return this.run("hadolint")
  }

  /** ShellCheck: the scripts */
  @func()
  @check()
  async shellcheck(): Promise<void> {
    return this.run("shellcheck")
  }

  /** terraform fmt: the infrastructure is formatted */
  @func()
  @check()
  async terraformFmt(): Promise<void> {
    return this.run("terraform-fmt")
  }

  /** terraform validate: the infrastructure is consistent; asks Terraform's registry for its provider */
  @func()
  @check()
  async terraformValidate(): Promise<void> {
    return this.run("terraform-validate")
  }

  /** actionlint: the workflows are valid */
  @func()
  @check()
  async actionlint(): Promise<void> {
    return this.run("actionlint")
  }

  /** zizmor: the workflows are safe */
  @func()
  @check()
  async zizmor(): Promise<void> {
    return this.run("zizmor")
  }

  /** pip-audit: no known vulnerability that audit.json does not accept, in Python's packages */
  @func({ cache: "never" })
  @check()
  async pipAudit(): Promise<void> {
    return this.run("pip-audit")
  }

  /** npm audit: no known vulnerability that audit.json does not accept, in npm's packages */
  @func({ cache: "never" })
  @check()
  async npmAudit(): Promise<void> {
    return this.run("npm-audit")
  }

  /** dependency-cruiser: no import is circular or leads upwards */
  @func()
  @check()
  async dependencyCruiser(): Promise<void> {
    return this.run("dependency-cruiser")
  }

  /** knip: nothing is exported, installed or kept that nobody uses */
  @func()
  @check()
  async knip(): Promise<void> {
    return this.run("knip")
  }

  private async run(name: string): Promise<void> {
    const runner = engineRunner({ source: this.workingCopy, secrets: [] })
    const [check] = selectChecks(checksOf(await runner.pythonProjects()), [name])
    await runCheck(runner, check!)
  }
}
