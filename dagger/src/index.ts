/**
 * Delivers the Cat House platform: to a cloud on this machine (local), or to AWS (staging, production).
 */
import { argument, Changeset, Container, Directory, func, object, Secret, Service } from "@dagger.io/dagger"
import { deploy } from "../delivery/deploy.ts"
import { history } from "../delivery/records/history.ts"
import { unlock } from "../delivery/lock/lock.ts"
import { migrate } from "../delivery/migrate.ts"
import { plan } from "../delivery/plan/plan.ts"
import { chooseArtifacts } from "../delivery/records/promotion.ts"
import { rollback } from "../delivery/rollback.ts"
import { refuseProduction, rollbackVerify } from "../delivery/rollback-verify/rollback-verify.ts"
import { deploySiteAlone } from "../delivery/deploy-site.ts"
import { status } from "../delivery/status.ts"
import { verify } from "../delivery/verify.ts"
import { Checks } from "./checks.ts"
import { Breakage, Environment, Suite, TestDatabase } from "./choices.ts"
import { TestRun } from "./test-run.ts"
import { uploadCoverage } from "./engine/coverage.ts"
import { images, serviceImage } from "./engine/images.ts"
import { format, lint } from "./engine/lint.ts"
import { checkOut, withMachine, type CallerArguments } from "./engine/machine.ts"
import { publishFrom } from "./engine/publish.ts"
import { cleanBranches, testIn, type Tested, type TestSecrets } from "./engine/test.ts"
import { upService } from "./engine/up.ts"
import { allButHead, allButInputs, allButWhatIsChecked, whatGitIgnores } from "./engine/working-copy.ts"
import { selectServices } from "../platform/repository.ts"
import { planSummary } from "../report/plan-summary.ts"
import { plainProgress } from "../report/progress.ts"
import { historySummary, rollbackSummary, statusSummary, unlockSummary } from "../report/status-summary.ts"
import {
  buildSummary,
  deploySummary,
  publishSummary,
  siteSummary,
  trialSummary,
  verificationSummary,
} from "../report/summary.ts"

@object()
export class CatHouse {
  source: Directory
  awsAccessKeyId?: Secret
  awsSecretAccessKey?: Secret
  awsSessionToken?: Secret
  awsRoleArn?: Secret
  actionsIdTokenRequestUrl?: Secret
  actionsIdTokenRequestToken?: Secret
  stagingDatabaseUrl?: Secret
  stagingJwtSecret?: Secret
  stagingEncryptionKey?: Secret
  productionDatabaseUrl?: Secret
  productionJwtSecret?: Secret
  productionEncryptionKey?: Secret
  neonApiKey?: Secret
  neonProject?: Secret
  neonTestDatabaseUrl?: Secret
  codecovToken?: Secret
  cosignPrivateKey?: Secret
  cosignPassword?: Secret
  cosignPublicKey?: Secret
  cosignIdentity?: Secret

  constructor(
    /** The working copy */
    @argument({ defaultPath: "/", ignore: allButInputs })
    source: Directory,
    /** Of AWS; default: AWS_ACCESS_KEY_ID of the environment */
    awsAccessKeyId?: Secret,
    /** Of AWS; default: AWS_SECRET_ACCESS_KEY of the environment */
    awsSecretAccessKey?: Secret,
    /** Of temporary credentials; default: AWS_SESSION_TOKEN of the environment */
    awsSessionToken?: Secret,
    /** The role that a GitHub workflow's id token is exchanged for; default: AWS_ROLE_ARN of the environment */
    awsRoleArn?: Secret,
    /** GitHub sets it for a job with id-token: write; default: ACTIONS_ID_TOKEN_REQUEST_URL of the environment */
    actionsIdTokenRequestUrl?: Secret,
    /** GitHub sets it for a job with id-token: write; default: ACTIONS_ID_TOKEN_REQUEST_TOKEN of the environment */
    actionsIdTokenRequestToken?: Secret,
    /** Pooled URL of staging's database; default: STAGING_DATABASE_URL of the environment, or what staging runs with */
    stagingDatabaseUrl?: Secret,
    /** At least 32 bytes; default: STAGING_JWT_SECRET of the environment, or what staging runs with */
    stagingJwtSecret?: Secret,
    /** A Fernet key; default: STAGING_ENCRYPTION_KEY of the environment, or what staging runs with */
    stagingEncryptionKey?: Secret,
    /** As for staging; default: PRODUCTION_DATABASE_URL of the environment, or what production runs with */
    productionDatabaseUrl?: Secret,
    /** As for staging; default: PRODUCTION_JWT_SECRET of the environment, or what production runs with */
    productionJwtSecret?: Secret,
    /** As for staging; default: PRODUCTION_ENCRYPTION_KEY of the environment, or what production runs with */
    productionEncryptionKey?: Secret,
    /** Of Neon, which tests are given a branch of; default: NEON_API_KEY of the environment */
    neonApiKey?: Secret,
    /** The id of Neon's project; default: NEON_PROJECT of the environment */
    neonProject?: Secret,
    /** A database in which tests may make schemas; default: NEON_TEST_DATABASE_URL of the environment */
    neonTestDatabaseUrl?: Secret,
    /** Of Codecov; default: CODECOV_TOKEN of the environment */
    codecovToken?: Secret,
    /** As cosign generates it, to sign images with; default: COSIGN_PRIVATE_KEY of the environment */
    cosignPrivateKey?: Secret,
    /** Of cosign's private key; default: COSIGN_PASSWORD of the environment */
    cosignPassword?: Secret,
    /** Verifies signatures, and is needed to sign; default: COSIGN_PUBLIC_KEY of the environment */
    cosignPublicKey?: Secret,
    /** The workflow that signs by its id token, in place of a key; default: COSIGN_IDENTITY of the environment */
    cosignIdentity?: Secret,
  ) {
    this.source = source
    this.awsAccessKeyId = awsAccessKeyId
    this.awsSecretAccessKey = awsSecretAccessKey
    this.awsSessionToken = awsSessionToken
    this.awsRoleArn = awsRoleArn
    this.actionsIdTokenRequestUrl = actionsIdTokenRequestUrl
    this.actionsIdTokenRequestToken = actionsIdTokenRequestToken
    this.stagingDatabaseUrl = stagingDatabaseUrl
    this.stagingJwtSecret = stagingJwtSecret
    this.stagingEncryptionKey = stagingEncryptionKey
    this.productionDatabaseUrl = productionDatabaseUrl
    this.productionJwtSecret = productionJwtSecret
    this.productionEncryptionKey = productionEncryptionKey
    this.neonApiKey = neonApiKey
    this.neonProject = neonProject
    this.neonTestDatabaseUrl = neonTestDatabaseUrl
    this.codecovToken = codecovToken
    this.cosignPrivateKey = cosignPrivateKey
    this.cosignPassword = cosignPassword
    this.cosignPublicKey = cosignPublicKey
    this.cosignIdentity = cosignIdentity
  }

  /**
   * Deploy the platform: publish, migrate, roll out side by side, verify, site; put everything back if a step fails.
   *
   * Example: dagger call deploy --env staging
   */
  @func({ cache: "never" })
  async deploy(
    /** Where to: LOCAL runs on this machine, STAGING and PRODUCTION in AWS */
    env: Environment = Environment.Local,
    /** Of an emulator of AWS, as a URL that the engine's containers reach; default: AWS itself */
    awsEndpoint?: string,
    /** What staging ran, such as staging-12 or a commit; default: the working copy, which production does not take */
    version?: string,
    /** Id of the plan that is to be carried out; refused where another one would be */
    approve?: string,
    /** Let migrations drop, rename or change what is there */
    allowDestructive = false,
    /** The working copy with its .git: the commit that images are tagged with */
    @argument({ defaultPath: "/", ignore: whatGitIgnores })
    git?: Directory,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint, git), async ({ target, artifacts }) => {
      const chosen = await chooseArtifacts(target, artifacts, version)
      return deploySummary(await deploy(target, chosen, progress(), { approve, allowDestructive }))
    })
  }

  /**
   * Tell what a deploy would change, as Markdown, and the id to approve it by; change nothing. The right to read is enough.
   *
   * Example: dagger call plan --env production --version staging-12
   */
  @func({ cache: "never" })
  async plan(
    /** Where to */
    env: Environment = Environment.Staging,
    /** What staging ran, such as staging-12 or a commit; default: the working copy, which production does not take */
    version?: string,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
    /** The working copy with its .git: the commit that would be deployed */
    @argument({ defaultPath: "/", ignore: whatGitIgnores })
    git?: Directory,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint, git), async ({ target, artifacts }) => {
      const chosen = await chooseArtifacts(target, artifacts, version)
      return planSummary(await plan(target, chosen, progress()), "dagger call")
    })
  }

  /**
   * Prove that the environment serves what it says that it runs; change nothing.
   *
   * Example: dagger call verify --env staging
   */
  @func({ cache: "never" })
  async verify(
    /** Where */
    env: Environment = Environment.Staging,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint), async ({ target }) =>
      verificationSummary(await verify(target, progress())),
    )
  }

  /**
   * Return to a recorded deployment: services, secrets' versions and site, verified; the database stays as it is.
   *
   * Example: dagger call rollback --env staging --to 12
   */
  @func({ cache: "never" })
  async rollback(
    /** Where */
    env: Environment = Environment.Staging,
    /** The deployment's number; default: the one before the current */
    to?: number,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint), async ({ target }) =>
      rollbackSummary(await rollback(target, to, progress())),
    )
  }

  /**
   * Tell what runs, since when, from which commit, by whom, and who is at it; change nothing.
   */
  @func({ cache: "never" })
  async status(
    /** Where */
    env: Environment = Environment.Staging,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint), async ({ target }) =>
      statusSummary(await status(target)),
    )
  }

  /**
   * Tell the recorded deployments and what each changed, the newest first.
   */
  @func({ cache: "never" })
  async history(
    /** Where */
    env: Environment = Environment.Staging,
    /** So many */
    limit = 20,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint), async ({ target }) =>
      historySummary(await history(target, limit)),
    )
  }

  /**
   * Remove the lock of a command that is gone. One that is still at work stops at its next step.
   */
  @func({ cache: "never" })
  async unlock(
    /** Where */
    env: Environment = Environment.Staging,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint), async ({ target }) =>
      unlockSummary(await unlock(target)),
    )
  }

  /**
   * Deploy the web site alone.
   *
   * Example: dagger call deploy-site --env staging
   */
  @func({ cache: "never" })
  async deploySite(
    /** Where to */
    env: Environment = Environment.Staging,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint), async ({ target, artifacts }) =>
      siteSummary(await deploySiteAlone(target, artifacts, progress())),
    )
  }

  /**
   * Push the services' images to ECR, under version, commit and branch. A version that ECR holds is not built again.
   *
   * Example: dagger call publish --service catalog
   */
  @func({ cache: "never" })
  async publish(
    /** One service of platform.json; default: all of them */
    service?: string,
    /** One tag more */
    tag?: string,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
    /** The working copy with its .git: the commit that images are tagged with */
    @argument({ defaultPath: "/", ignore: whatGitIgnores })
    git?: Directory,
  ): Promise<string> {
    return publishSummary(await publishFrom(this.source, { service, tag }, this.caller(awsEndpoint, git), progress()))
  }

  /**
   * Run the database migrations as a one-off ECS task; roll nothing out.
   */
  @func({ cache: "never" })
  async migrate(
    /** Where to */
    env: Environment = Environment.Local,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
    /** Let migrations drop, rename or change what is there */
    allowDestructive = false,
  ): Promise<string> {
    return withMachine(this.source, env, this.caller(awsEndpoint), async ({ target, artifacts }) => {
      await migrate(target, artifacts, progress(), { allowDestructive })
      return "migrated"
    })
  }

  /**
   * Build the services' images. A service's version is the hash of its inputs.
   */
  @func()
  async build(
    /** One service of platform.json; default: all of them */
    service?: string,
  ): Promise<string> {
    const repository = await checkOut(this.source)
    const { build } = images(this.source, repository)
    return buildSummary(await build(selectServices(repository.platform, service), progress()))
  }

  /**
   * A service's image, to look into and to run.
   *
   * Example: dagger call image --service auth terminal
   */
  @func()
  async image(
    /** One service of platform.json */
    service: string,
  ): Promise<Container> {
    const repository = await checkOut(this.source)
    const [selected] = selectServices(repository.platform, service)
    return serviceImage(this.source, repository, selected!.name)
  }

  /**
   * Break a service on purpose and prove that the platform rolls back, unnoticed. Refuses production.
   */
  @func({ cache: "never" })
  async rollbackVerify(
    /** Where to */
    env: Environment = Environment.Local,
    /** The service to break */
    service = "catalog",
    /** How to break it; default: in every way on LOCAL, CRASH elsewhere */
    breakage?: Breakage,
    /** Of an emulator of AWS */
    awsEndpoint?: string,
  ): Promise<string> {
    refuseProduction(env)
    return withMachine(this.source, env, this.caller(awsEndpoint), async ({ target, artifacts }) =>
      trialSummary(await rollbackVerify(target, artifacts, { service, breakage }, progress())),
    )
  }

  /**
   * The platform on this machine as one service: the web site (19006) and the API (8004), with everything behind them.
   *
   * Example: dagger call up up
   */
  @func({ cache: "never" })
  async up(): Promise<Service> {
    return upService(this.source, progress())
  }

  /**
   * Run the checks of the working copy side by side. `dagger check` runs the same, each by itself.
   *
   * Example: dagger call lint --check black,mypy
   */
  @func({ cache: "never" }) // what is known of vulnerabilities changes
  async lint(
    /** The checks to run, by name; default: all of them */
    check: string[] = [],
    @argument({ defaultPath: "/", ignore: allButWhatIsChecked }) workingCopy?: Directory,
  ): Promise<string> {
    return lint(workingCopy!, check)
  }

  /**
   * Mend what tools can mend: Black, ESLint, Prettier and terraform fmt. Gives the changes.
   *
   * Example: dagger call format --auto-apply
   */
  @func()
  async format(
    @argument({ defaultPath: "/", ignore: allButWhatIsChecked }) workingCopy: Directory,
  ): Promise<Changeset> {
    return format(workingCopy)
  }

  /**
   * The checks of the working copy, one by one. `dagger check` runs all of them side by side.
   *
   * Example: dagger call checks mypy
   */
  @func()
  checks(@argument({ defaultPath: "/", ignore: allButWhatIsChecked }) workingCopy: Directory): Checks {
    return new Checks(workingCopy)
  }

  /**
   * Run each service's tests and the frontend's, side by side, with their coverage. A suite whose files have not changed
   * is not run again, with or without PostgreSQL beside it; on a database that outlives the run, it is.
   *
   * Example: dagger call test summary
   * Example: dagger call test --service catalog reports export --path reports
   */
  @func({ cache: "never" })
  async test(
    /** One folder of services/, or frontend; default: all of them */
    service?: string,
    /** Which tests */
    suite: Suite = Suite.All,
    /** Where their tables are */
    database: TestDatabase = TestDatabase.Auto,
    /** Of a server that stands for Neon's API */
    neonEndpoint?: string,
    /** What tells the commit, for the name of a branch in Neon */
    @argument({ defaultPath: "/", ignore: allButHead })
    git?: Directory,
  ): Promise<TestRun> {
    const secrets = this.testSecrets(neonEndpoint)
    const tested = await testIn(this.source, { service, suite, database, git }, secrets, progress())
    if (tested.failure) throw tested.failure
    console.log(tested.summary)
    return new TestRun(tested.summary, tested.reports)
  }

  /**
   * The tests' reports, those of failed tests, too: JUnit, Cobertura and HTML, a folder for each suite.
   *
   * Example: dagger call test-reports export --path reports
   */
  @func({ cache: "never" })
  async testReports(
    /** One folder of services/; default: all of them */
    service?: string,
    /** Which tests */
    suite: Suite = Suite.All,
    /** Where their tables are */
    database: TestDatabase = TestDatabase.Auto,
    /** What tells the commit, for the name of a branch in Neon */
    @argument({ defaultPath: "/", ignore: allButHead })
    git?: Directory,
  ): Promise<Directory> {
    const tested = await testIn(this.source, { service, suite, database, git }, this.testSecrets(), progress())
    return tested.reports
  }

  /**
   * Remove the branches in Neon that killed tests left behind, and say which. Each expires by itself, hours later.
   */
  @func({ cache: "never" })
  async branchesClean(
    /** Keep what is younger: a run may be at work on it */
    minutes = 30,
    /** Of a server that stands for Neon's API */
    neonEndpoint?: string,
  ): Promise<string> {
    return cleanBranches(this.testSecrets(neonEndpoint), minutes, progress())
  }

  /**
   * Send the tests' coverage to Codecov, a flag for each suite. Without a token, say where the reports lie.
   */
  @func({ cache: "never" })
  async coverage(
    /** Where the tests' tables are */
    database: TestDatabase = TestDatabase.Auto,
    /** The working copy with its .git: the commit that the coverage is of */
    @argument({ defaultPath: "/", ignore: whatGitIgnores })
    git?: Directory,
  ): Promise<string> {
    const tested: Tested = await testIn(
      this.source,
      { suite: Suite.All, database, git },
      this.testSecrets(),
      progress(),
    )
    return uploadCoverage(tested, this.codecovToken, git, progress())
  }

  private testSecrets(neonEndpoint?: string): TestSecrets {
    const { neonApiKey, neonProject, neonTestDatabaseUrl } = this
    return { neonApiKey, neonProject, neonTestDatabaseUrl, neonEndpoint }
  }

  private caller(awsEndpoint?: string, git?: Directory): CallerArguments {
    return {
      git,
      awsEndpoint,
      credentials: {
        accessKeyId: this.awsAccessKeyId,
        secretAccessKey: this.awsSecretAccessKey,
        sessionToken: this.awsSessionToken,
        roleArn: this.awsRoleArn,
        requestUrl: this.actionsIdTokenRequestUrl,
        requestToken: this.actionsIdTokenRequestToken,
      },
      secrets: {
        STAGING_DATABASE_URL: this.stagingDatabaseUrl,
        STAGING_JWT_SECRET: this.stagingJwtSecret,
        STAGING_ENCRYPTION_KEY: this.stagingEncryptionKey,
        PRODUCTION_DATABASE_URL: this.productionDatabaseUrl,
        PRODUCTION_JWT_SECRET: this.productionJwtSecret,
        PRODUCTION_ENCRYPTION_KEY: this.productionEncryptionKey,
      },
      signing: {
        COSIGN_PRIVATE_KEY: this.cosignPrivateKey,
        COSIGN_PASSWORD: this.cosignPassword,
        COSIGN_PUBLIC_KEY: this.cosignPublicKey,
        COSIGN_IDENTITY: this.cosignIdentity,
        ACTIONS_ID_TOKEN_REQUEST_URL: this.actionsIdTokenRequestUrl,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: this.actionsIdTokenRequestToken,
      },
    }
  }
}

const progress = () => plainProgress((line) => console.log(line))
