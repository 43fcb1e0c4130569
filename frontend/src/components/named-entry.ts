import { useQuery, type InfiniteData } from "@tanstack/react-query"
import { useLocalSearchParams, type Href } from "expo-router"
import { findEntry, readEntry, type CatalogEntry } from "../api/catalog"
import { isInstalled, readInstalled } from "../api/installation"
import type { Page } from "../api/page"
import { Problem } from "../api/problem"
import { queries } from "../queries"

/** An entry's address */
export const pathOf = (slug: string): Href & string => `/entries/${slug}`

const keyOf = (slug: string) => ["catalog", "entry", slug]

/** Has an entry shown at its address without asking for it again. */
export const keepEntry = (entry: CatalogEntry): void => void queries.setQueryData(keyOf(entry.slug), entry)

/** The entry that the page's address names by its slug. One that a list has shown is there at once. */
export function useEntryOfSlug() {
  const { slug = "" } = useLocalSearchParams<{ slug?: string }>()
  return useQuery({
    queryKey: keyOf(slug),
    queryFn: ({ signal }) => findEntry(slug, signal),
    placeholderData: listed(slug),
  })
}

const listed = (slug: string): CatalogEntry | undefined =>
  queries
    .getQueriesData<InfiniteData<Page<CatalogEntry>>>({ queryKey: ["catalog", "list"] })
    .flatMap(([, data]) => data?.pages.flatMap(({ items }) => items) ?? [])
    .find((entry) => entry.slug === slug)

/** The entry that the page's address names by its ID, retired or not: `?id=…`. */
export function useEntryOfId() {
  const id = useEntryId()
  return useQuery({ queryKey: ["catalog", "id", id], queryFn: ({ signal }) => readEntry(existing(id), signal) })
}

/** The same, and whether it is installed: that is asked for each time, as somebody else may have been logged in before. */
export function useInstallableEntry() {
  const id = useEntryId()
  return useQuery({
    queryKey: ["installable", id],
    queryFn: async ({ signal }) => {
      const [entry, installed] = await Promise.all([readEntry(existing(id), signal), isInstalled(id, signal)])
      return { ...entry, isInstalled: installed }
    },
    gcTime: 0,
  })
}

/** The same as it is installed, with its configuration: that is read anew each time, since a form begins with it. */
export function useNamedInstallation() {
  const id = useEntryId()
  return useQuery({
    queryKey: ["installed", id],
    queryFn: ({ signal }) => readInstalled(existing(id), signal),
    gcTime: 0,
  })
}

const useEntryId = (): string => useLocalSearchParams<{ id?: string }>().id ?? ""

function existing(id: string): string {
  if (!id) throw new Problem("This address names no entry. Choose one in the catalogue.")
  return id
}
