/**
 * Lets a request to the engine take as long as it does. bun's `fetch` gives up when nothing has come for five minutes
 * (oven-sh/bun#6217), and a build that is longer, or a task that runs, answers when it ends. On Node.js Dagger's SDK sees to that.
 */
if ("Bun" in globalThis) {
  const hasty = globalThis.fetch
  const patient = (...[input, init]: Parameters<typeof fetch>) =>
    hasty(input, { ...init, timeout: false } as RequestInit)
  globalThis.fetch = Object.assign(patient, hasty)
}
