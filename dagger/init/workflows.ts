import type { Environment } from "../platform/manifest.ts"
import { inputsOf } from "./workflow-inputs.ts"
import { checkJob, deployJob, planJob, type Repository } from "./workflow-jobs.ts"

/** A workflow for each environment, by its path: on this machine a check of what is proposed, elsewhere a deploy. */
export function workflowsOf(repository: Repository): Record<string, string> {
  const { environments } = repository.platform
  const first = environments.find(isPushed)
  return Object.fromEntries(
    environments.map((environment) => [
      `.github/workflows/deploy-${environment.name}.yml`,
      environment.local
        ? checkWorkflow(repository, environment)
        : deployWorkflow(repository, environment, environment === first),
    ]),
  )
}

/** A commit is deployed as it comes, unless it has to be asked for: what somebody approves, or what another environment has run. */
const isPushed = ({ local, approval, promotesFrom }: Environment): boolean =>
  !local && !approval && promotesFrom === undefined

const checkWorkflow = (repository: Repository, environment: Environment): string => `name: Deploy to ${environment.name}

# The whole deploy, to an AWS that starts with the job and ends with it: nothing outside is asked for, or changed.
on:
  push:
    branches: [${quoted(repository.branch)}]
  pull_request:

permissions: {}

concurrency:
  group: deploy-${environment.name}-\${{ github.ref }}
  cancel-in-progress: true

jobs:
${checkJob(repository, environment)}`

function deployWorkflow(repository: Repository, environment: Environment, pushed: boolean): string {
  const { name, approval } = environment
  const inputs = inputsOf(repository.platform, environment).flatMap((input) => [
    `      ${input.name}:`,
    ...input.lines.map((line) => `        ${line}`),
  ])
  const jobs = [...(approval ? [planJob(repository, environment)] : []), deployJob(repository, environment)]
  return `name: Deploy to ${name}

on:
${pushed ? `  push:\n    branches: [${quoted(repository.branch)}]\n` : ""}  workflow_dispatch:
    inputs:
${inputs.join("\n")}

permissions: {}

# One deploy at a time, and none is cut off half-way.
concurrency:
  group: deploy-${name}
  cancel-in-progress: false

jobs:
${jobs.join("\n")}`
}

/** What YAML would read as something else than a text. */
const quoted = (branch: string): string => (/^[a-z][\w./-]*$/i.test(branch) ? branch : JSON.stringify(branch))
