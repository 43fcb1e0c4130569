import { useSyncExternalStore } from "react"

const never = () => () => {}

/** Whether this is the page of this address, and no more the one that was rendered beforehand, which knows no query. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
