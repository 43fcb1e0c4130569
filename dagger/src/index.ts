/**
 * Delivers the Cat House platform to a cloud on this machine (local). Staging and production are looked up and refused: not
 * built yet.
 */
import { argument, Directory, func, object, Secret, Service } from "@dagger.io/dagger"
import { deploy } from "./delivery/deploy.ts"
import { migrate } from "./delivery/migrate.ts"
import { refuseProduction, rollbackVerify } from "./delivery/rollback-verify.ts"
import type { CredentialSecrets } from "./pipeline/credentials.ts"
import { images } from "./pipeline/images.ts"
import { checkOut, withMachine } from "./pipeline/machine.ts"
import { upService } from "./pipeline/up.ts"
import { selectServices } from "./platform/repository.ts"
import { plainProgress } from "./report/progress.ts"
import { buildSummary, deploySummary, trialSummary } from "./report/summary.ts"

/** Where to */
export enum Environment {
  /** This machine */
  Local = "local",
  Staging = "staging",
  Production = "production",
}

/** How a service is broken on purpose */
export enum Breakage {
  /** Exits as soon as it starts */
  Crash = "crash",
  /** Answers every request with 500 */
  Unhealthy = "unhealthy",
  /** Its image does not exist */
  MissingImage = "missing-image",
}

@object()
export class CatHouse {
  source: Directory
  awsAccessKeyId?: Secret
  awsSecretAccessKey?: Secret
  awsSessionToken?: Secret

  constructor(
    /** The working copy */
    @argument({
      defaultPath: "/",
      ignore: [
        "*",
        "!platform.json",
        "!services",
        "!frontend",
        "**/node_modules",
        "**/dist",
        "**/.expo",
        "**/expo-env.d.ts",
        "**/__pycache__",
        "**/.venv",
        "**/.pytest_cache",
        "**/.mypy_cache",
        "**/.coverage*",
        "**/*.egg-info",
        "**/*.swp",
        "**/.#*",
        "**/.DS_Store",
      ],
    })
    source: Directory,
    /** For staging and production; default: AWS_ACCESS_KEY_ID of the environment */
    awsAccessKeyId?: Secret,
    /** For staging and production; default: AWS_SECRET_ACCESS_KEY of the environment */
    awsSecretAccessKey?: Secret,
    /** Of temporary credentials; default: AWS_SESSION_TOKEN of the environment */
    awsSessionToken?: Secret,
  ) {
    this.source = source
    this.awsAccessKeyId = awsAccessKeyId
    this.awsSecretAccessKey = awsSecretAccessKey
    this.awsSessionToken = awsSessionToken
  }

  /**
   * Deploy the platform: build, migrate, roll out side by side, verify; put everything back if a service fails.
   *
   * Example: dagger call deploy --env local
   */
  @func({ cache: "never" })
  async deploy(
    /** Where to: LOCAL runs on this machine; STAGING and PRODUCTION are refused for now */
    env: Environment = Environment.Local,
  ): Promise<string> {
    return withMachine(this.source, env, this.credentials(), async ({ target, build }) =>
      deploySummary(await deploy(target, build, progress())),
    )
  }

  /**
   * Run the database migrations as a one-off ECS task; roll nothing out.
   */
  @func({ cache: "never" })
  async migrate(
    /** Where to */
    env: Environment = Environment.Local,
  ): Promise<string> {
    return withMachine(this.source, env, this.credentials(), async ({ target, build }) => {
      await migrate(target, build, progress())
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
  ): Promise<string> {
    refuseProduction(env)
    return withMachine(this.source, env, this.credentials(), async ({ target, build }) =>
      trialSummary(await rollbackVerify(target, build, { service, breakage }, progress())),
    )
  }

  /**
   * The platform on this machine as one service: the load balancer, with everything behind it.
   *
   * Example: dagger call up up --ports 8004:8004
   */
  @func({ cache: "never" })
  async up(): Promise<Service> {
    return upService(this.source, progress())
  }

  private credentials(): CredentialSecrets {
    return {
      accessKeyId: this.awsAccessKeyId,
      secretAccessKey: this.awsSecretAccessKey,
      sessionToken: this.awsSessionToken,
    }
  }
}

const progress = () => plainProgress((line) => console.log(line))
