import { ask } from "./client"
import type { Page } from "./page"
import { Problem } from "./problem"

/** What its owner can change */
export interface EntryChange {
  name: string
  description: string
  endpoint: string
  tags: string[]
}

export interface NewEntry extends Omit<EntryChange, "tags"> {
  slug: string
  tags?: string[]
}

/** An API before tags and publishers gives neither. */
export interface CatalogEntry extends NewEntry {
  id: string
  publisher?: string
  owner_id: string
  created_at: string
  updated_at: string
  /** Once retired, it is not listed and cannot be installed. */
  retired_at: string | null
}

export interface Search {
  q: string
  /** Which it has all of */
  tags: string[]
}

export const listEntries = (
  { q, tags }: Search,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<CatalogEntry>> => ask("/catalog/entries", { query: { q: q || undefined, tag: tags, cursor }, signal })

export interface Tag {
  tag: string
  /** How many have it */
  entries: number
}

/** The tags of the catalogue, the most used first */
export const listTags = async (signal: AbortSignal): Promise<Tag[]> =>
  (await ask<{ items: Tag[] }>("/catalog/tags", { signal })).items

/** The listed entry with this slug. The API has no route for it: the search finds it, among those that have it in a text. */
export async function findEntry(slug: string, signal: AbortSignal): Promise<CatalogEntry> {
  let cursor: string | undefined
  do {
    const { items, next_cursor } = await listEntries({ q: slug, tags: [] }, cursor, signal)
    const found = items.find((entry) => entry.slug === slug)
    if (found) return found
    cursor = next_cursor ?? undefined
  } while (cursor)
  throw new Problem("The catalogue has no such entry. It may have been retired.", { status: 404 })
}

export const readEntry = (id: string, signal?: AbortSignal): Promise<CatalogEntry> => ask(pathOf(id), { signal })

export const publishEntry = (entry: NewEntry): Promise<CatalogEntry> =>
  ask("/catalog/entries", { method: "POST", json: entry })

export const changeEntry = (id: string, change: EntryChange): Promise<CatalogEntry> =>
  ask(pathOf(id), { method: "PATCH", json: change })

export const retireEntry = (id: string): Promise<void> => ask(pathOf(id), { method: "DELETE" })

const pathOf = (id: string) => `/catalog/entries/${encodeURIComponent(id)}`
