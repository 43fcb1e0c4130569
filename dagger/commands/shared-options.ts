import { flag, list, oneOf, text, type Option } from "./option.ts"

const formats = ["text", "markdown", "json"] as const

/** Which environment a command is for; `local`, on this machine, where none is named. */
const env: Option<string> = { kind: "text", help: "Environment, as platform.json names it", default: "local" }

export const awsEndpoint = text("URL of an AWS emulator; default: AWS itself")

export const version = text("Version to promote, such as staging-12 or a commit; default: the working copy")

export const allowDestructive = flag("Allow migrations that drop, rename or change what is there")

/** Secrets that get new values. Where a plan is approved, no other does. */
export const rotate = list("Names of secrets to give new values, such as JWT_SECRET; required where a plan is approved")

export const allowOlder = flag("Allow a commit or version that is older than the one that runs")

/** How a command prints what it found. A terminal gets tables that fit it, whatever else reads gets Markdown. */
export const format = oneOf("How to print it; text is Markdown where the output is not a terminal", formats, "text")

export const service = text("Service of platform.json; default: all of them")

export const neonEndpoint = text("URL of a server that stands for Neon's API; default: Neon itself")

/** Where a command goes. */
export const destination = { env, awsEndpoint }
