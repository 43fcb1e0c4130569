/** How a service is broken on purpose */
export enum Breakage {
  /** Exits as soon as it starts */
  Crash = "crash",
  /** Answers every request with 500 */
  Unhealthy = "unhealthy",
  /** Its image does not exist */
  MissingImage = "missing-image",
  /** Serves, and says that it is another version */
  WrongVersion = "wrong-version",
  /** Answers its health, and every other request with 500 */
  Errors = "errors",
  /** Answers its health, and every other request too late */
  Slow = "slow",
  /** Answers, and keeps memory with each request until it is killed */
  Leak = "leak",
}

/** Which tests */
export enum Suite {
  /** What needs no database */
  Unit = "unit",
  /** What needs a database */
  Integration = "integration",
  All = "all",
}

/** Where the tests' tables are */
export enum TestDatabase {
  /** The first of the others whose secret is set */
  Auto = "auto",
  /** A branch in Neon, for this run alone */
  Neon = "neon",
  /** Schemas of their own in a database that is given */
  Url = "url",
  /** PostgreSQL 17 beside the tests */
  Postgres = "postgres",
}

/** How log lines are printed */
export enum LogFormat {
  /** For people */
  Text = "text",
  /** A line of JSON each */
  Json = "json",
}

/** How what was found is printed */
export enum Format {
  /** Markdown, as a call's output is not a terminal */
  Text = "text",
  Markdown = "markdown",
  Json = "json",
}
