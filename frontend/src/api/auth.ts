import { keepSession } from "../session"
import { ask } from "./client"

export interface Account {
  id: string
  email: string
  /** Absent where the API is older */
  display_name?: string
  created_at: string
}

export interface Credentials {
  email: string
  password: string
}

/** Registers an account, and logs it in. */
export async function register(credentials: Credentials, displayName: string): Promise<void> {
  const json = { ...credentials, display_name: displayName.trim() || undefined }
  await ask("/auth/register", { method: "POST", json })
  await logIn(credentials)
}

export async function logIn(credentials: Credentials): Promise<void> {
  const request = { method: "POST", json: credentials }
  const { access_token: token } = await ask<{ access_token: string }>("/auth/login", request)
  keepSession({ token, account: await me(token) })
}

/** Deletes the session's account, with what it has installed and published, unless others have installed that. */
export const deleteAccount = (): Promise<void> => ask("/auth/me", { method: "DELETE" })

/** Whose the token is: the session's, or another one. */
export const me = (token?: string): Promise<Account> => ask("/auth/me", { token })
