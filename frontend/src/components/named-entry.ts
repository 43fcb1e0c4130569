import { useQuery } from "@tanstack/react-query"
import { useLocalSearchParams } from "expo-router"
import { readEntry } from "../api/catalog"
import { isInstalled, readInstalled } from "../api/installation"
import { Problem } from "../api/problem"

/** The entry that the page's address names: `?id=…`, as a static site has no file for each. */
export function useNamedEntry() {
  const id = useEntryId()
  return useQuery({ queryKey: ["entry", id], queryFn: ({ signal }) => readEntry(existing(id), signal) })
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
