import { check, Directory, func, object } from "@dagger.io/dagger"
import { check as run } from "./engine/lint.ts"

/** The checks of a working copy. Each throws with what it finds, and with the command that mends it. */
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
    return run(this.workingCopy, "black")
  }

  /** Pylint: no mistake of Python's that it knows */
  @func()
  @check()
  async pylint(): Promise<void> {
    return run(this.workingCopy, "pylint")
  }

  /** mypy, strict: Python's types hold */
  @func()
  @check()
  async mypy(): Promise<void> {
    return run(this.workingCopy, "mypy")
  }

  /** ESLint: the module's and the frontend's TypeScript */
  @func()
  @check()
  async eslint(): Promise<void> {
    return run(this.workingCopy, "eslint")
  }

  /** Prettier: TypeScript, JSON, YAML and Markdown are formatted */
  @func()
  @check()
  async prettier(): Promise<void> {
    return run(this.workingCopy, "prettier")
  }

  /** tsc: the module's and the frontend's types hold */
  @func()
  @check()
  async tsc(): Promise<void> {
    return run(this.workingCopy, "tsc")
  }

  /** hadolint: the services' Dockerfiles */
  @func()
  @check()
  async hadolint(): Promise<void> {
    return run(this.workingCopy, "hadolint")
  }

  /** ShellCheck: the scripts */
  @func()
  @check()
  async shellcheck(): Promise<void> {
    return run(this.workingCopy, "shellcheck")
  }

  /** terraform fmt: the infrastructure is formatted */
  @func()
  @check()
  async terraformFmt(): Promise<void> {
    return run(this.workingCopy, "terraform-fmt")
  }

  /** terraform validate: the infrastructure is consistent; asks Terraform's registry for its provider */
  @func()
  @check()
  async terraformValidate(): Promise<void> {
    return run(this.workingCopy, "terraform-validate")
  }

  /** actionlint: the workflows are valid */
  @func()
  @check()
  async actionlint(): Promise<void> {
    return run(this.workingCopy, "actionlint")
  }

  /** zizmor: the workflows are safe */
  @func()
  @check()
  async zizmor(): Promise<void> {
    return run(this.workingCopy, "zizmor")
  }

  /** pip-audit: no known vulnerability that audit.json does not accept, in Python's packages */
  @func({ cache: "never" })
  @check()
  async pipAudit(): Promise<void> {
    return run(this.workingCopy, "pip-audit")
  }

  /** npm audit: no known vulnerability that audit.json does not accept, in npm's packages */
  @func({ cache: "never" })
  @check()
  async npmAudit(): Promise<void> {
    return run(this.workingCopy, "npm-audit")
  }
}
