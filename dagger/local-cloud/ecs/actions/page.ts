import { invalidParameter } from "../aws-error.ts"

/** One page of a list, as all List actions answer: `nextToken` is there while more follows. */
export function page<Item>(
  items: Item[],
  { nextToken, maxResults = 100 }: { nextToken?: string | undefined; maxResults?: number | undefined },
): { items: Item[]; nextToken?: string } {
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > 100) {
    throw invalidParameter("maxResults must be between 1 and 100.")
  }
  const start = nextToken === undefined ? 0 : startOf(nextToken)
  const end = start + maxResults
  return { items: items.slice(start, end), ...(end < items.length && { nextToken: tokenOf(end) }) }
}

const tokenOf = (start: number): string => Buffer.from(`from ${start}`).toString("base64url")

function startOf(nextToken: string): number {
  const [, start] = /^from (\d+)$/.exec(Buffer.from(nextToken, "base64url").toString()) ?? []
  if (!start) throw invalidParameter("Invalid token.")
  return Number(start)
}

/** The items that a Describe action was asked for: at least one, and no more than AWS takes. */
export function listed<Item>(items: Item[] | undefined, name: string, most: number): Item[] {
  if (!items || items.length === 0) throw invalidParameter(`${name} cannot be empty.`)
  if (items.length > most) throw invalidParameter(`${name} cannot have more than ${most} elements.`)
  return items
}
