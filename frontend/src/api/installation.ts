import { ask } from "./client"
import type { Page } from "./page"

/** `headers` go with every call; other members are the user's own. */
export interface Configuration {
  headers: Record<string, string>
  [member: string]: unknown
}

export interface InstalledEntry {
  /** The installation's, which calls name */
  id: string
  entry_id: string
  slug: string
  name: string
  endpoint: string
  created_at: string
  updated_at: string
}

export interface ConfiguredEntry extends InstalledEntry {
  configuration: Configuration
}

export const listInstalled = (cursor: string | undefined, signal: AbortSignal): Promise<Page<InstalledEntry>> =>
  ask("/installation/entries", { query: { cursor, limit: 100 }, signal })

export const readInstalled = (entryId: string, signal?: AbortSignal): Promise<ConfiguredEntry> =>
  ask(pathOf(entryId), { signal })

/** Installs an entry, or replaces the configuration that it is installed with. */
export const install = (entryId: string, configuration: Configuration): Promise<ConfiguredEntry> =>
  ask(pathOf(entryId), { method: "PUT", json: configuration })

export const uninstall = (entryId: string): Promise<void> => ask(pathOf(entryId), { method: "DELETE" })

const pathOf = (entryId: string) => `/installation/entries/${encodeURIComponent(entryId)}`
