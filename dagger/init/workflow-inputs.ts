import type { Environment, Platform } from "../platform/manifest.ts"

/** What whoever starts a deploy on GitHub says of it. */
export interface Input {
  name: string
  /** Its variable in the job: what is put into a call's text would run as its shell */
  variable: string
  /** How the call is given the variable */
  flag: string
  /** As the workflow declares it */
  lines: string[]
  /** What it is in a run that a push has started, which has no inputs */
  otherwise?: string
  /** Whether a plan takes it, too */
  planned?: boolean
}

/** The inputs of an environment's workflow: what its deploy can be told. */
export function inputsOf({ migration, secrets }: Platform, { promotesFrom, approval }: Environment): Input[] {
  const version = {
    name: "version",
    variable: "VERSION_TO_PROMOTE",
    flag: '--version "$VERSION_TO_PROMOTE"',
    lines: [
      `description: What ${promotesFrom} has run, such as ${promotesFrom}-12 or a commit`,
      "required: true",
      "type: string",
    ],
    planned: true,
  }
  const rotate = {
    name: "rotate",
    variable: "ROTATE",
    flag: '--rotate "$ROTATE"',
    lines: [
      "description: Names of secrets to give the new values that are set in GitHub",
      'default: ""',
      "type: string",
    ],
    planned: true,
  }
  return [
    ...(promotesFrom === undefined ? [] : [version]),
    ...(approval && Object.keys(secrets).length > 0 ? [rotate] : []),
    ...(migration ? [yesOrNo("allow-destructive", "Let migrations drop, rename or change what is there")] : []),
    yesOrNo("allow-older", "Deploy what is older than what runs"),
  ]
}

function yesOrNo(flag: string, description: string): Input {
  const name = flag.replace("-", "_")
  const variable = name.toUpperCase()
  const lines = [`description: ${description}`, "type: boolean", "default: false"]
  return { name, variable, flag: `--${flag}="$${variable}"`, lines, otherwise: "false" }
}
