import { announce } from "./announcement"
import type { Account } from "./api/auth"
import { forgetDrafts } from "./draft"
import { queries } from "./queries"
import { createStore, useStore } from "./store"

export interface Session {
  token: string
  account: Account
}

const key = "session"

/**
 * In sessionStorage and not in localStorage or a cookie: a tab that is closed leaves no token behind, no other tab or site can
 * send it along, and it still outlives a reload. A script that could read it could as well act in the page; the content
 * security policy is what keeps those out.
 */
const store = createStore<Session | null>(() => {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null")
    return isSession(stored) ? stored : null
  } catch {
    return null
  }
})

/** Whether what is stored is of this version of the site; people and extensions change it, too. */
function isSession(stored: unknown): stored is Session {
  const { token, account } = (stored ?? {}) as Partial<Session>
  return [token, account?.id, account?.email].every((one) => typeof one === "string" && one !== "")
}

let hasEnded = false

/** Whether the platform has ended the last session, and nobody has logged in since. */
export const sessionHasEnded = (): boolean => hasEnded

/** Who is logged in: null is nobody, and undefined not known yet. */
export const useSession = (): Session | null | undefined => useStore(store, undefined)

export const tokenOf = (): string | undefined => store.get()?.token

export function keepSession(session: Session | null): void {
  hasEnded = false
  if (session) sessionStorage.setItem(key, JSON.stringify(session))
  else sessionStorage.removeItem(key)
  queries.removeQueries({ queryKey: ["installed"] }) // What one account may see is not for the next.
  store.set(session)
}

export function logOut(): void {
  forgetDrafts()
  keepSession(null)
}

/** The platform no longer takes the token. The page stays, and asks to log in again. */
export function endSession(): void {
  if (!store.get()) return
  keepSession(null)
  hasEnded = true
  announce("Your session has ended. Log in to go on where you were.")
}
