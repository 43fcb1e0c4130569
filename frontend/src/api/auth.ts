import { keepSession } from "../session"
import { ask } from "./client"

export interface Account {
  id: string
  email: string
  created_at: string
}

export interface Credentials {
  email: string
  password: string
}

/** Logs in, having registered the account before if it is a new one. */
export async function logIn(credentials: Credentials, isNew: boolean): Promise<void> {
  if (isNew) await ask("/auth/register", { method: "POST", json: credentials })
  const request = { method: "POST", json: credentials }
  const { access_token: token } = await ask<{ access_token: string }>("/auth/login", request)
  keepSession({ token, account: await me(token) })
}

/** Whose the token is: the session's, or another one. */
export const me = (token?: string): Promise<Account> => ask("/auth/me", { token })
