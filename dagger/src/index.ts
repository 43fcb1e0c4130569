/**
 * Deliver the Cat House platform: to a cloud on this machine (local), or to AWS.
 */
import { argument, Changeset, Container, Directory, func, object, Secret, Service } from "@dagger.io/dagger"
import { Checks } from "./checks.ts"
import { Breakage, Format, LogFormat, Suite, TestDatabase } from "./choices.ts"
import { engine, type Given } from "./work.ts"
import { allButHead, allButInputs, allButRepository, allButWhatIsChecked, whatGitIgnores } from "./working-copy.ts"

@object()
export class CatHouse {
  source: Directory
  secrets: Secret[]

  constructor(
    /** Working copy of the platform */
    @argument({ defaultPath: "/", ignore: allButInputs })
    source: Directory,
    /** Secrets such as env://STAGING_DATABASE_URL; default: the variables that .env lists */
    secrets: Secret[] = [],
  ) {
    this.source = source
    this.secrets = secrets
  }

  /**
   * Write what a repository lacks to be delivered, as its Dockerfiles have it: change nothing that is there.
   *
   * Example: dagger call init --working-copy . export --path .
   */
  @func({ cache: "never" })
  async init(
    /** Repository to write for */
    @argument({ ignore: allButRepository })
    workingCopy: Directory,
    /** Name of the platform; default: that of its GitHub repository, or of its folder */
    name?: string,
    /** Region of AWS; default: AWS_REGION */
    region?: string,
    /** Address of this module, for workflows: github.com/OWNER/cat-house@VERSION; default: that of its clone */
    moduleAddress?: string,
  ): Promise<Changeset> {
    return (await engine()).change(this.given({ workingCopy }), "init", { name, region, moduleAddress })
  }

  /**
   * Deploy the platform: publish, migrate, roll out side by side, verify, website; restore what ran if a step fails.
   *
   * Example: dagger call deploy --env staging
   */
  @func({ cache: "never" })
  deploy(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Version to promote, such as staging-12 or a commit; default: the working copy */
    version?: string,
    /** ID of the plan to carry out; the deploy is refused if the plan has changed */
    approve?: string,
    /** Allow migrations that drop, rename or change what is there */
    allowDestructive = false,
    /** Allow a commit or version that is older than the one that runs */
    allowOlder = false,
    /** Names of secrets to give new values, such as JWT_SECRET; required where a plan is approved */
    rotate: string[] = [],
    /** How to print it; text is Markdown where the output is not a terminal */
    format: Format = Format.Text,
    /** Working copy with its .git, which tells the commit */
    @argument({ defaultPath: "/", ignore: whatGitIgnores })
    git?: Directory,
  ): Promise<string> {
    return this.call(
      "deploy",
      { env, awsEndpoint, version, approve, allowDestructive, allowOlder, rotate, format },
      { git },
    )
  }

  /**
   * Show what a deploy would change, as Markdown, and the ID to approve it by; change nothing.
   *
   * Example: dagger call plan --env production --version staging-12
   */
  @func({ cache: "never" })
  plan(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Version to promote, such as staging-12 or a commit; default: the working copy */
    version?: string,
    /** Names of secrets to give new values, such as JWT_SECRET; required where a plan is approved */
    rotate: string[] = [],
    /** How to print it; text is Markdown where the output is not a terminal */
    format: Format = Format.Text,
    /** Working copy with its .git, which tells the commit */
    @argument({ defaultPath: "/", ignore: whatGitIgnores })
    git?: Directory,
  ): Promise<string> {
    return this.call("plan", { env, awsEndpoint, version, rotate, format }, { git })
  }

  /**
   * Prove that an environment serves what it says it runs; change nothing.
   *
   * Example: dagger call verify --env staging
   */
  @func({ cache: "never" })
  verify(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** How to print it; text is Markdown where the output is not a terminal */
    format: Format = Format.Text,
  ): Promise<string> {
    return this.call("verify", { env, awsEndpoint, format })
  }

  /**
   * Return to a recorded deployment: services, secrets and website, verified; the database stays as it is.
   *
   * Example: dagger call rollback --env staging --to 12
   */
  @func({ cache: "never" })
  rollback(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Number of the deployment; default: the one before the current */
    to?: number,
  ): Promise<string> {
    return this.call("rollback", { env, awsEndpoint, to })
  }

  /**
   * Show what runs, since when, from which commit, by whom, and who holds the lock.
   *
   * Example: dagger call status --env staging
   */
  @func({ cache: "never" })
  status(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** How to print it; text is Markdown where the output is not a terminal */
    format: Format = Format.Text,
  ): Promise<string> {
    return this.call("status", { env, awsEndpoint, format })
  }

  /**
   * Show the recorded deployments and what each changed, the newest first.
   *
   * Example: dagger call history --env staging
   */
  @func({ cache: "never" })
  history(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Maximum number to show */
    limit = 20,
    /** How to print it; text is Markdown where the output is not a terminal */
    format: Format = Format.Text,
  ): Promise<string> {
    return this.call("history", { env, awsEndpoint, limit, format })
  }

  /**
   * Show the services' log lines of all their tasks, or those of one request through all services.
   *
   * Example: dagger call logs --env staging --service auth
   */
  @func({ cache: "never" })
  logs(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Service of platform.json; default: all of them */
    service?: string,
    /** Trace ID of a request, which X-Trace-ID of its answer tells; default: all lines */
    trace?: string,
    /** How many minutes to look back */
    since = 15,
    /** Maximum number of lines to show, the latest */
    limit = 1000,
    /** Go on with what comes, until Ctrl-C */
    follow = false,
    /** How to print it: text for people, or a line of JSON each */
    format: LogFormat = LogFormat.Text,
  ): Promise<string> {
    return this.call("logs", { env, awsEndpoint, service, trace, since, limit, follow, format })
  }

  /**
   * Draw how a deploy went, also one that failed, as one HTML page: what changed, tasks by the second, causes.
   *
   * Example: dagger call report --env staging > report.html
   */
  @func({ cache: "never" })
  report(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Recorded deployment to draw; default: the last attempt, recorded or not */
    deployment?: number,
  ): Promise<string> {
    return this.call("report", { env, awsEndpoint, deployment })
  }

  /**
   * Remove the lock of a command that is gone; one that still runs stops at its next step.
   *
   * Example: dagger call unlock --env staging
   */
  @func({ cache: "never" })
  unlock(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
  ): Promise<string> {
    return this.call("unlock", { env, awsEndpoint })
  }

  /**
   * Deploy the website alone.
   *
   * Example: dagger call deploy-site --env staging
   */
  @func({ cache: "never" })
  deploySite(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
  ): Promise<string> {
    return this.call("deploy-site", { env, awsEndpoint })
  }

  /**
   * Run the database migrations as a one-off ECS task; roll nothing out.
   *
   * Example: dagger call migrate --env staging
   */
  @func({ cache: "never" })
  migrate(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Allow migrations that drop, rename or change what is there */
    allowDestructive = false,
  ): Promise<string> {
    return this.call("migrate", { env, awsEndpoint, allowDestructive })
  }

  /**
   * Run a job as it was deployed, show its log, and wait for its end; fails where the job does.
   *
   * Example: dagger call run --env staging --job report
   */
  @func({ cache: "never" })
  run(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Job of platform.json */
    job?: string,
  ): Promise<string> {
    return this.call("run", { env, awsEndpoint, job })
  }

  /**
   * Push the services' images to ECR; a version that ECR holds is not built again.
   *
   * Example: dagger call publish --service catalog
   */
  @func({ cache: "never" })
  publish(
    /** Service of platform.json; default: all of them */
    service?: string,
    /** An additional tag, besides version, commit and branch */
    tag?: string,
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Working copy with its .git, which tells the commit */
    @argument({ defaultPath: "/", ignore: whatGitIgnores })
    git?: Directory,
  ): Promise<string> {
    return this.call("publish", { service, tag, awsEndpoint }, { git })
  }

  /**
   * Build the services' images; a service's version is the hash of its inputs.
   *
   * Example: dagger call build --service catalog
   */
  @func()
  build(
    /** Service of platform.json; default: all of them */
    service?: string,
  ): Promise<string> {
    return this.call("build", { service })
  }

  /**
   * A service's image, to look into and to run.
   *
   * Example: dagger call image --service auth terminal
   */
  @func()
  async image(
    /** Service of platform.json */
    service: string,
  ): Promise<Container> {
    return (await engine()).image(this.given(), service)
  }

  /**
   * Break a service on purpose and prove that the platform rolls back, unnoticed; not where an approval is needed.
   *
   * Example: dagger call rollback-verify --env staging --breakage crash
   */
  @func({ cache: "never" })
  rollbackVerify(
    /** Environment, as platform.json names it */
    env = "local",
    /** URL of an AWS emulator; default: AWS itself */
    awsEndpoint?: string,
    /** Service to break; default: the first that does not migrate the database */
    service?: string,
    /** How to break it; default: in every way on local, crash elsewhere */
    breakage?: Breakage,
  ): Promise<string> {
    return this.call("rollback-verify", { env, awsEndpoint, service, breakage })
  }

  /**
   * The platform on this machine as one service: the website (19006) and the API (8004), with everything behind them.
   *
   * Example: dagger call up up
   */
  @func({ cache: "never" })
  async up(): Promise<Service> {
    return (await engine()).up(this.given())
  }

  /**
   * Run the tests of each service and of the frontend side by side, with coverage.
   *
   * Example: dagger call test --service catalog
   */
  @func({ cache: "never" })
  test(
    /** Folder of services/, frontend, or backend (all but that); default: all of them */
    service?: string,
    /** Which tests: unit needs no database, integration does */
    suite: Suite = Suite.All,
    /** Where the tests' tables are; auto: the first of the others whose secret is set */
    database: TestDatabase = TestDatabase.Auto,
    /** URL of a server that stands for Neon's API; default: Neon itself */
    neonEndpoint?: string,
    /** What tells the commit, for the name of a branch in Neon */
    @argument({ defaultPath: "/", ignore: allButHead })
    git?: Directory,
  ): Promise<string> {
    return this.call("test", { service, suite, database, neonEndpoint }, { git })
  }

  /**
   * The tests' reports, of failed tests, too: JUnit, Cobertura and HTML, a folder for each suite.
   *
   * Example: dagger call test-reports --service catalog export --path reports
   */
  @func({ cache: "never" })
  async testReports(
    /** Folder of services/, frontend, or backend (all but that); default: all of them */
    service?: string,
    /** Which tests: unit needs no database, integration does */
    suite: Suite = Suite.All,
    /** Where the tests' tables are; auto: the first of the others whose secret is set */
    database: TestDatabase = TestDatabase.Auto,
    /** URL of a server that stands for Neon's API; default: Neon itself */
    neonEndpoint?: string,
    /** What tells the commit, for the name of a branch in Neon */
    @argument({ defaultPath: "/", ignore: allButHead })
    git?: Directory,
  ): Promise<Directory> {
    return (await engine()).testReports(this.given({ git }), { service, suite, database, neonEndpoint })
  }

  /**
   * Send the tests' coverage to Codecov, a flag for each suite; without a token, say where the reports are.
   */
  @func({ cache: "never" })
  coverage(
    /** Working copy with its .git, which tells the commit */
    @argument({ defaultPath: "/", ignore: whatGitIgnores })
    git?: Directory,
  ): Promise<string> {
    return this.call("coverage", {}, { git })
  }

  /**
   * Delete the Neon branches that killed tests left behind, and say which.
   */
  @func({ cache: "never" })
  branchesClean(
    /** Keep branches that are younger than this many minutes */
    minutes = 30,
    /** URL of a server that stands for Neon's API; default: Neon itself */
    neonEndpoint?: string,
  ): Promise<string> {
    return this.call("branches-clean", { minutes, neonEndpoint })
  }

  /**
   * Run the checks of the working copy side by side; dagger check runs them in four groups.
   *
   * Example: dagger call lint --check black,mypy
   */
  @func({ cache: "never" }) // what is known of vulnerabilities changes
  lint(
    /** Names of the checks to run; default: all of them */
    check: string[] = [],
    /** Fail where an audit gets no answer, too */
    requireAudits = false,
    /** Files to check */
    @argument({ defaultPath: "/", ignore: allButWhatIsChecked })
    workingCopy?: Directory,
  ): Promise<string> {
    return this.call("lint", { check, requireAudits }, { workingCopy })
  }

  /**
   * Fix what the tools can: Black, ESLint, Prettier and terraform fmt.
   *
   * Example: dagger call format --auto-apply
   */
  @func()
  async format(
    /** Files to fix */
    @argument({ defaultPath: "/", ignore: allButWhatIsChecked })
    workingCopy: Directory,
  ): Promise<Changeset> {
    return (await engine()).change(this.given({ workingCopy }), "format", {})
  }

  /**
   * The checks of the working copy in groups; dagger check runs all of them side by side.
   *
   * Example: dagger call checks python
   */
  @func()
  checks(
    /** Files to check */
    @argument({ defaultPath: "/", ignore: allButWhatIsChecked })
    workingCopy: Directory,
  ): Checks {
    return new Checks(workingCopy)
  }

  private given(more: Omit<Given, "source" | "secrets"> = {}): Given {
    return { source: this.source, secrets: this.secrets, ...more }
  }

  private async call(
    command: string,
    options: Record<string, unknown>,
    given?: Omit<Given, "source" | "secrets">,
  ): Promise<string> {
    return (await engine()).call(this.given(given), command, options)
  }
}
