import { ask } from "./client"
import type { Page } from "./page"

export interface NewEntry {
  slug: string
  name: string
  description: string
  endpoint: string
}

export interface CatalogEntry extends NewEntry {
  id: string
  owner_id: string
  created_at: string
  updated_at: string
  /** Once retired, it is not listed and cannot be installed. */
  retired_at: string | null
}

export const listEntries = (q: string, cursor: string | undefined, signal: AbortSignal): Promise<Page<CatalogEntry>> =>
  ask("/catalog/entries", { query: { q: q || undefined, cursor }, signal })

export const readEntry = (id: string, signal?: AbortSignal): Promise<CatalogEntry> => ask(pathOf(id), { signal })

export const publishEntry = (entry: NewEntry): Promise<CatalogEntry> =>
  ask("/catalog/entries", { method: "POST", json: entry })

export const retireEntry = (id: string): Promise<void> => ask(pathOf(id), { method: "DELETE" })

const pathOf = (id: string) => `/catalog/entries/${encodeURIComponent(id)}`
