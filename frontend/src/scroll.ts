/** How far down each address was read when something on its page was clicked, a link perhaps */
const positions = new Map<string, number>()
/** Whether the browser's Back or Forward leads to the page that is about to be shown */
let isReturn = false
const patience = 3000

const address = (): string => window.location.pathname + window.location.search

if (typeof window !== "undefined") {
  // The browser would do it before the page has its content, and so its height.
  window.history.scrollRestoration = "manual"
  // Before the router hears of it, which shows the page at once: index.js loads this file first.
  window.addEventListener("popstate", () => {
    isReturn = true
    setTimeout(() => (isReturn = false), patience) // No page has come: what changed is a search on the same one.
  })
  // Later, the page that a link leads to may be shorter already, and the browser have scrolled up for it.
  window.addEventListener("click", () => positions.set(address(), window.scrollY), { capture: true })
}

/** Puts a page that is entered where it was left, if the browser's Back or Forward leads there, and else at its top. */
export function scrollIntoPlace(): void {
  const position = isReturn ? (positions.get(address()) ?? 0) : 0
  isReturn = false
  scrollTo(position, performance.now() + patience)
}

/** Scrolls to a place that may not be there yet, as its content is on the way. */
function scrollTo(position: number, until: number): void {
  window.scrollTo(0, position)
  const isThere = Math.abs(window.scrollY - position) <= 1
  if (!isThere && performance.now() < until) requestAnimationFrame(() => scrollTo(position, until))
}
