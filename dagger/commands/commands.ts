import { branchesClean } from "./branches-clean.ts"
import { build } from "./build.ts"
import type { Command } from "./command.ts"
import { coverage } from "./coverage.ts"
import { deploy } from "./deploy.ts"
import { deploySite } from "./deploy-site.ts"
import { format } from "./format.ts"
import { history } from "./history.ts"
import { init } from "./init.ts"
import { lint } from "./lint.ts"
import { logs } from "./logs.ts"
import { migrate } from "./migrate.ts"
import { plan } from "./plan.ts"
import { publish } from "./publish.ts"
import { report } from "./report.ts"
import { rollback } from "./rollback.ts"
import { rollbackVerify } from "./rollback-verify.ts"
import { run } from "./run.ts"
import { status } from "./status.ts"
import { test } from "./test.ts"
import { unlock } from "./unlock.ts"
import { up } from "./up.ts"
import { verify } from "./verify.ts"

/** Every verb, in the order of --help. */
export const commands: Command[] = [
  init,
  up,
  deploy,
  plan,
  verify,
  rollback,
  status,
  history,
  logs,
  report,
  unlock,
  deploySite,
  migrate,
  run,
  publish,
  build,
  rollbackVerify,
  test,
  coverage,
  branchesClean,
  lint,
  format,
]
