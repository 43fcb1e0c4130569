import { createContext } from "react"
import type { Session } from "./session"

interface Draft {
  accountId: string
  data: FormData
}

/** What was typed into forms when a session ended. In memory alone: there may be credentials in it. */
const drafts = new Map<string, Draft>()

/** Whose forms are kept when the session ends; nobody's where there is no session. */
export const DraftOwner = createContext<Session | null>(null)

/** A form's name among those that are kept: the same form may stand at several addresses. */
export const draftName = (label: string): string => `${window.location.pathname}${window.location.search} ${label}`

export const keepDraft = (name: string, owner: Session, data: FormData): void =>
  void drafts.set(name, { accountId: owner.account.id, data })

/** What the same account had typed there. */
export function draftOf(name: string, owner: Session | null): FormData | undefined {
  const draft = drafts.get(name)
  return draft && draft.accountId === owner?.account.id ? draft.data : undefined
}

export const forgetDraft = (name: string): void => void drafts.delete(name)

export const forgetDrafts = (): void => drafts.clear()
