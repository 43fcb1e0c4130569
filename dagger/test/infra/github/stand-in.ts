/**
 * GitHub, as far as protect.sh asks it, as a program in the place of `gh`: its state is a JSON file, and `--jq` is jq's.
 * It answers as GitHub does where a plan lacks what is asked for.
 */
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"

interface Environment {
  reviewers: number[]
  can_admins_bypass: boolean
  branches: { id: number; name: string }[]
}

export interface GitHub {
  visibility: "public" | "private"
  owner: { login: string; type: "User" | "Organization" }
  /** "free", "pro", "team" or "enterprise" */
  plan: string
  pushers: string[]
  environments: Record<string, Environment>
  /** What was sent for each branch */
  branches: Record<string, Record<string, unknown>>
  /** Whether GitHub forgets reviewers without saying so */
  forgetsReviewers?: boolean
  calls: string[]
}

const [file = "", ...args] = process.argv.slice(2)
if (file) main()

function main() {
  const github = JSON.parse(readFileSync(file, "utf8")) as GitHub
  const method = valueOf("--method") ?? "GET"
  const path = args.find((arg, index) => index > 0 && /^(user|users|orgs|repos)(\/|$)/.test(arg))!
  github.calls.push(`${method} ${path}`)
  const body = args.includes("--input") ? (JSON.parse(readFileSync(0, "utf8")) as Record<string, unknown>) : {}
  const answer = respond(github, method, path.replace(/^repos\/[^/]+\/[^/]+\/?/, "/"), body)
  writeFileSync(file, JSON.stringify(github))
  if (typeof answer === "string") fail(answer)
  const jq = valueOf("--jq")
  if (!jq) return
  const { stdout, stderr } = spawnSync("jq", ["-r", jq], { input: JSON.stringify(answer), encoding: "utf8" })
  process.stdout.write(stdout)
  if (stderr) fail(stderr)
}

function fail(message: string): never {
  process.stderr.write(`gh: ${message}\n`)
  process.exit(1)
}

function valueOf(option: string): string | undefined {
  return args.includes(option) ? args[args.indexOf(option) + 1] : undefined
}

/** What GitHub answers; a text is an error. */
function respond(github: GitHub, method: string, path: string, body: Record<string, unknown>): unknown {
  const { visibility, owner, plan } = github
  const isPrivate = visibility === "private"
  const [, kind = "", name = "", part = "", id = ""] = path.split("/")
  if (path === "user") return { login: "octocat", plan: { name: plan } }
  if (path.startsWith("users/")) return { id: 583231 }
  if (path.startsWith("orgs/")) return { plan: { name: plan } }
  if (path === "/") return { visibility, owner }
  if (kind === "collaborators") {
    const readers = [{ login: "a-reader", permissions: { push: false } }]
    return [...github.pushers.map((login) => ({ login, permissions: { push: true } })), ...readers]
  }
  if (isPrivate && plan === "free") return "Upgrade to GitHub Pro or make this repository public to enable this feature. (HTTP 403)"
  if (kind === "branches") return (github.branches[name] = body)
  if (method === "PUT") {
    const reviewers = ((body.reviewers as { id: number }[] | null) ?? []).map((reviewer) => reviewer.id)
    if (reviewers.length > 0 && isPrivate && plan !== "enterprise")
      return "Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers protection rule. (HTTP 422)"
    const branches = github.environments[name]?.branches ?? []
    const kept = github.forgetsReviewers ? [] : reviewers
    github.environments[name] = { reviewers: kept, can_admins_bypass: body.can_admins_bypass === true, branches }
    return {}
  }
  const environment = github.environments[name]
  if (!environment) return "Not Found (HTTP 404)"
  if (!part) return { ...environment, protection_rules: rulesOf(environment) }
  if (method === "POST") environment.branches.push({ id: environment.branches.length + 1, name: String(body.name) })
  if (method === "DELETE") environment.branches = environment.branches.filter((branch) => branch.id !== Number(id))
  return { branch_policies: environment.branches }
}

function rulesOf({ reviewers }: Environment): unknown[] {
  const branches = { type: "branch_policy" }
  if (reviewers.length === 0) return [branches]
  const required = { type: "required_reviewers", reviewers: reviewers.map((id) => ({ type: "User", reviewer: { id } })) }
  return [branches, required]
}
