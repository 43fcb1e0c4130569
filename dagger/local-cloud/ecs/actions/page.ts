import { invalidParameter } from "../aws-error.ts"

/** One page of a list, as all List actions answer: `nextToken` is there while more follows. */
export function page<Item>(
  items: Item[],
  {
    nextToken,
    most = 100,
    maxResults = most,
  }: { nextToken?: string | undefined; maxResults?: number | undefined; most?: number },
): { items: Item[]; nextToken?: string | undefined } {
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > most) {
    throw invalidParameter(`maxResults must be between 1 and ${most}.`)
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
