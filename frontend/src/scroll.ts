import { useGlobalSearchParams, usePathname } from "expo-router"
import { useLayoutEffect } from "react"

/** How far down each address was read */
const positions = new Map<string, number>()
/** Whether the browser's Back or Forward leads to the page that is about to be shown */
let isReturn = false
const patience = 3000

if (typeof window !== "undefined") {
  // The browser would do it before the page has its content, and so its height.
  window.history.scrollRestoration = "manual"
  window.addEventListener("popstate", () => {
    isReturn = true
  })
}

/** Remembers how far down a page was read when it is left. Returns what puts a page that is entered where it should be. */
export function useScrollPosition(): () => void {
  const pathname = usePathname()
  const address = `${pathname} ${JSON.stringify(useGlobalSearchParams())}`
  useLayoutEffect(() => () => void positions.set(address, window.scrollY), [address])
  return () => {
    const position = isReturn ? (positions.get(address) ?? 0) : 0
    isReturn = false
    scrollTo(position, performance.now() + patience)
  }
}

/** Scrolls to a place that may not be there yet, as its content is on the way. */
function scrollTo(position: number, until: number): void {
  window.scrollTo(0, position)
  const isThere = Math.abs(window.scrollY - position) <= 1
  if (!isThere && performance.now() < until) requestAnimationFrame(() => scrollTo(position, until))
}
