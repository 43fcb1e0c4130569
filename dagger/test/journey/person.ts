import { randomBytes } from "node:crypto"
import { ApiClient } from "./api.ts"

export interface Person {
  email: string
  password: string
  /** Asks the API as this person, beside the browser */
  api: ApiClient
}

/** Somebody who has an account of their own, so that no test sees what another one has done. */
export async function register(url: string, displayName?: string): Promise<Person> {
  const api = new ApiClient(url, randomBytes(16).toString("hex"))
  const credentials = {
    email: `${randomBytes(6).toString("hex")}@cats.example`,
    password: randomBytes(12).toString("hex"),
  }
  await api.call("POST", "auth/register", { ...credentials, display_name: displayName })
  await api.logIn(credentials)
  return { ...credentials, api }
}

/** The ID of the entry with this slug. */
export async function entryId({ api }: Person, slug: string): Promise<string> {
  const { items } = await api.call<{ items: { id: string; slug: string }[] }>("GET", `catalog/entries?q=${slug}`)
  return items.find((entry) => entry.slug === slug)!.id
}
