import type { Environment, Platform } from "../platform/manifest.ts"
import { variableOf } from "../platform/schema/secret.ts"
import { reference } from "./references.ts"
import { inputsOf, type Input } from "./workflow-inputs.ts"

/** The repository that workflows are for. */
export interface Repository {
  platform: Platform
  /** The module's address: github.com/OWNER/cat-house@VERSION */
  module: string
  /** The branch whose commits are deployed */
  branch: string
}

const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
const dagger = "dagger/dagger-for-github@27b130bf0f79a7f6fbbbe0fbca6760dc9bb40a77 # v8.4.1"
const daggerVersion = "0.21.8"

/** The whole deploy, in the engine alone. */
export const checkJob = ({ module }: Repository, { name }: Environment): string => `  deploy:
    name: Deploy
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
${callStep(module, `--source . deploy --env ${name}`)}
`

/** Makes the plan that somebody approves, and hands on its ID. */
export function planJob({ platform, module }: Repository, environment: Environment): string {
  const inputs = inputsOf(platform, environment).filter(({ planned }) => planned)
  const flags = inputs.map(({ flag }) => flag)
  return `  plan:
    name: Plan
    runs-on: ubuntu-24.04
    timeout-minutes: 20
    environment: ${environment.name}-plan # whose role may only read
${permissions}
    outputs:
      id: \${{ steps.plan.outputs.id }}
    steps:
${checkoutWithHistory}
${callStep(module, callOf(`plan --env ${environment.name}`, flags), "plan.md")}
${variables([role, ...inputs.map(handedOn)])}
      - id: plan
        run: |
          id=$(tail -n 1 plan.md)
          [ -n "$id" ] || { echo "::error::The plan has no ID, so that nothing could be approved."; exit 1; }
          echo "id=$id" >>"$GITHUB_OUTPUT"
`
}

/** Deploys; where an approval is needed, what the plan job has planned. */
export function deployJob({ platform, module }: Repository, environment: Environment): string {
  const { name, approval } = environment
  const inputs = inputsOf(platform, environment)
  const secrets = Object.keys(platform.secrets).map((secret) => variableOf(platform, name, secret))
  const flags = [...inputs.map(({ flag }) => flag), ...(approval ? ['--approve "$APPROVED_PLAN"'] : [])]
  return `  deploy:
    name: Deploy
${approval ? "    needs: plan\n" : ""}    runs-on: ubuntu-24.04
    timeout-minutes: 180
    environment: ${name}${approval ? " # waits until its reviewer has read the plan, and approved it" : ""}
${permissions}
    steps:
${checkoutWithHistory}
${callStep(module, callOf(`deploy --env ${name}`, flags, secrets))}
${variables([
  role,
  ...inputs.map(handedOn),
  ...(approval ? ["APPROVED_PLAN: ${{ needs.plan.outputs.id }}"] : []),
  ...secrets.map((variable) => `${variable}: \${{ secrets.${variable} }}`),
])}
`
}

const permissions = `    permissions:
      contents: read
      id-token: write # exchanged for AWS credentials by the module itself`

const role = "AWS_ROLE_ARN: ${{ vars.AWS_ROLE_ARN }}"

const handedOn = ({ name, variable, otherwise }: Input): string =>
  `${variable}: \${{ inputs.${name}${otherwise === undefined ? "" : ` || ${otherwise}`} }}`

const variables = (lines: string[]): string => `        env:\n${lines.map((line) => `          ${line}`).join("\n")}`

/** A module that is another repository's reads no files of this one, and no variables, but those that it is handed. */
function callOf(verb: string, flags: string[], secrets: string[] = []): string {
  const read = ["AWS_ROLE_ARN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", ...secrets]
  const references = read.map(reference).join(",")
  return [`--source . --secrets ${references}`, [verb, "--git .", ...flags].join(" ")].join("\n            ")
}

const checkoutWithHistory = `      - uses: ${checkout}
        with:
          persist-credentials: false
          fetch-depth: 0 # a commit that is older than the one that runs is told by the history`

/** What the call prints goes into the job's summary, and into a file. */
const callStep = (module: string, call: string, file = ""): string => `      - uses: ${dagger}
        with:
          version: "${daggerVersion}"
          module: ${module}
          call: >-
            ${call}
            | tee -a ${["$GITHUB_STEP_SUMMARY", file].join(" ").trim()}`
