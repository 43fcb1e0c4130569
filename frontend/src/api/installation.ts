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
  /** Of its configuration; a change names the one that it was made from */
  version?: string
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

/** Whether an entry is installed. Asking for it by its ID would be an error if it is not. */
export async function isInstalled(entryId: string, signal: AbortSignal): Promise<boolean> {
  let cursor: string | undefined
  do {
    const { items, next_cursor } = await listInstalled(cursor, signal)
    if (items.some(({ entry_id }) => entry_id === entryId)) return true
    cursor = next_cursor ?? undefined
  } while (cursor)
  return false
}

/** Installs an entry. Answered with 428 if it is installed with another configuration, which stays as it is. */
export const install = (entryId: string, configuration: Configuration): Promise<ConfiguredEntry> =>
  ask(pathOf(entryId), { method: "PUT", json: configuration })

/** Changes the configuration that has this version. Answered with 412 if it has been changed or removed meanwhile. */
export const configure = (
  entryId: string,
  configuration: Configuration,
  version: string | undefined,
): Promise<ConfiguredEntry> =>
  ask(pathOf(entryId), {
    method: "PUT",
    json: configuration,
    headers: version ? { "If-Match": `"${version}"` } : undefined,
  })

export const uninstall = (entryId: string): Promise<void> => ask(pathOf(entryId), { method: "DELETE" })

const pathOf = (entryId: string) => `/installation/entries/${encodeURIComponent(entryId)}`
