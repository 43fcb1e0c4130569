import { usePathname } from "expo-router"
import { useEffect } from "react"
import { createStore, useStore } from "./store"

interface Announcement {
  message: string
  /** The page that it is for, where that is not the one that is shown */
  pathname?: string
}

const none: Announcement = { message: "" }
const store = createStore(() => none)

/** Says what has been done or has happened, until another page than this or `pathname` is shown. */
export const announce = (message: string, pathname?: string): void => store.set({ message, pathname })

/** What is to be said on the page that is shown. */
export function useAnnouncement(): string {
  const shown = usePathname()
  useEffect(() => {
    if (store.get().pathname !== shown) store.set(none)
  }, [shown])
  return useStore(store, none).message
}
