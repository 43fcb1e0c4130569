import { createHash } from "node:crypto"
import { refused } from "../../platform/failure.ts"
import type { Plan } from "./plan.ts"

/** The parts of a plan, as people call them. */
const parts: Record<string, (plan: Plan) => unknown> = {
  version: ({ environment, version, commit, older }) => [environment, version, commit, older],
  images: ({ services }) => services.map(({ service, from, to }) => [service, from?.image, to.version, to.image]),
  "task definitions": ({ services, jobs }) => [
    ...services.map(({ service, changes }) => [service, changes]),
    ...jobs.map(({ job, changes }) => [job, changes]),
  ],
  migrations: ({ migrations: { from, to, pending, destructive, unread } }) => [
    ...[from, to, pending, destructive],
    ...(unread ? [unread] : []),
  ],
  secrets: ({ secrets }) => secrets,
  site: ({ site }) => site,
  permissions: ({ missing }) => missing,
  "way of releasing": ({ strategy, bakeSeconds }) => [strategy, bakeSeconds],
}

/**
 * Hexadecimal digits: of the whole plan, which tell whether it is another one, and of each part, which tell where. With two
 * of each, one difference in forty would have gone unnamed.
 */
const digits = { whole: 12, part: 4 }

/**
 * A plan's ID: the same for whoever makes the same plan. It begins with a hash of all of it; the rest is a little of each
 * part's hash, so that a plan that no longer holds can be told by what has changed, although nobody kept it.
 */
export function planId(plan: Plan): string {
  const texts = Object.values(parts).map((part) => JSON.stringify(part(plan)) ?? "")
  const each = texts.map((text) => hash(text, digits.part)).join("")
  return `${hash(texts.join("\n"), digits.whole)}-${each}`
}

const hash = (text: string, length: number): string => createHash("sha256").update(text).digest("hex").slice(0, length)

/** Refuses an approval of another plan than what would be done now, and names the parts that differ. */
export function refuseStale(plan: Plan, approved: string): void {
  const now = planId(plan)
  if (approved === now) return
  const again = `plan --env ${plan.environment}${plan.version ? ` --version ${plan.version}` : ""}`
  const names = Object.keys(parts)
  if (approved.length !== now.length)
    throw refused(`"${approved}" is not a plan ID.`, `It is the last word of what ${again} prints.`)
  const partsOf = (id: string) => id.slice(digits.whole + 1).match(new RegExp(`.{${digits.part}}`, "g")) ?? []
  const [then, current] = [partsOf(approved), partsOf(now)]
  const changed = names.filter((_, index) => then[index] !== current[index])
  throw refused(
    `the plan ${approved} was approved, but has changed since.`,
    `What differs: ${changed.join(", ") || "a detail"}. It is plan ${now} now.`,
    `Look at it, and approve that: ${again}`,
  )
}
