import { dag, ReturnType, type Directory, type Secret } from "@dagger.io/dagger"
import { randomUUID } from "node:crypto"
import { Failure } from "../../platform/failure.ts"
import type { Progress } from "../../platform/progress.ts"
import { codecovArguments, uploadFailure } from "../../quality/test/codecov.ts"
import { commitOf } from "./commit.ts"
import { plaintextOf } from "./credentials.ts"
import { uvEnvironment } from "./toolchains.ts"
import type { Tested } from "./test.ts"

/** Sends the suites' coverage to Codecov, a flag each. Without a token, says where the reports lie. */
export async function uploadCoverage(
  { suites, reports, failure }: Tested,
  token: Secret | undefined,
  git: Directory | undefined,
  progress: Progress,
): Promise<string> {
  if (failure) throw failure
  const value = await plaintextOf(token)
  if (!value) {
    return "CODECOV_TOKEN is not set, so nothing was sent. Coverage: dagger call test reports export --path reports"
  }
  const commit = await commitOf(git)
  const codecov = uvEnvironment(dag.currentModule().source().directory("tools/codecov"))
    .withSecretVariable("CODECOV_TOKEN", dag.setSecret("codecov-token", value))
    .withDirectory("/reports", reports)
    .withEnvVariable("RUN", randomUUID())
  for (const suite of suites) {
    const args = codecovArguments(suite, `/reports/${suite}/coverage.xml`, commit)
    const sent = codecov.withExec(["codecovcli", ...args], { expect: ReturnType.Any })
    if ((await sent.exitCode()) !== 0) {
      const output = (await sent.stdout()) + (await sent.stderr())
      throw new Failure("failed", `Codecov did not take ${suite}'s coverage.`, uploadFailure(output, value))
    }
    progress.done(suite, "sent")
  }
  return `Sent to Codecov, a flag each: ${suites.join(", ")}`
}
