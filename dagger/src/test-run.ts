import { Directory, func, object } from "@dagger.io/dagger"

/** What tests that passed showed. Fields alone: a function would cost the start of one more process. */
@object()
export class TestRun {
  /** A table of the suites */
  @func()
  summary: string
  /** JUnit, Cobertura and HTML, a folder for each suite */
  @func()
  reports: Directory

  constructor(summary: string, reports: Directory) {
    this.summary = summary
    this.reports = reports
  }
}
