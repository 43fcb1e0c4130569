import { jest } from "@jest/globals"
import { cleanup, render, screen } from "@testing-library/react"
import { userEvent } from "@testing-library/user-event"
import { ExpoRoot } from "expo-router"
import Head from "expo-router/head"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { announce } from "../src/announcement"
import type { Account } from "../src/api/auth"
import { queries } from "../src/queries"
import { keepSession } from "../src/session"
import { serve, type Answer, type Asked, type Origin } from "./server"

const folder = join(__dirname, "..", "src", "app")
const routes = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".tsx") && name !== "+html.tsx",
)
/** As Metro's require.context, which Jest has not */
const context = Object.assign((path: string) => jest.requireActual<object>(join(folder, path)), {
  id: "app",
  keys: () => routes.map((name) => `./${name}`),
  resolve: (path: string) => path,
})

export const account: Account = { id: "u-1", email: "tom@example.org", created_at: "2026-01-02T03:04:05Z" }
export const user = userEvent.setup({ delay: null })

let origin: Origin | undefined

/** Opens the site at a path, whose API answers so below /api/v1. Returns what it is asked, but for its configuration. */
export async function open(path: string, answers: Record<string, Answer>): Promise<() => Asked[]> {
  const api = Object.entries(answers).map(([request, answer]) => [request.replace(" ", " /api/v1"), answer])
  const { asked } = (origin = await serve({
    "GET /config.json": () => [200, { apiBase: "/api/v1" }],
    ...(Object.fromEntries(api) as typeof answers),
  }))
  window.history.replaceState(null, "", path)
  render(
    <Head.Provider>
      <ExpoRoot context={context} location={new URL(path, "http://localhost")} />
    </Head.Provider>,
  )
  return () => asked.filter(({ request }) => request !== "GET /config.json")
}

/** Nobody is logged in and nothing is known, as when a browser is opened. */
export async function close(): Promise<void> {
  cleanup()
  keepSession(null)
  announce("")
  queries.clear()
  await origin?.close()
  origin = undefined
}

export const logInBefore = (): void => keepSession({ token: "t0ken", account })

/** Puts a text into a control, instead of what is in it. */
export async function fill(label: string, text: string): Promise<void> {
  await user.clear(await screen.findByLabelText(label))
  await user.paste(text)
}

export const press = async (name: string): Promise<void> => user.click(await screen.findByRole("button", { name }))
export const follow = async (name: string): Promise<void> => user.click(await screen.findByRole("link", { name }))
export const heading = (name: string) => screen.findByRole("heading", { level: 1, name })

/** The JSON that came with a request. */
export const jsonOf = (asked: Asked | undefined): unknown => JSON.parse(asked?.body || "null")

/** An entry of the catalogue, and the same as it is installed */
export const entryOf = (slug: string, more = {}) => ({
  id: `e-${slug}`,
  slug,
  name: slug[0]?.toUpperCase() + slug.slice(1),
  description: `All about ${slug}`,
  endpoint: `https://${slug}.example.org/v1`,
  owner_id: "u-2",
  created_at: "2026-03-01T10:00:00Z",
  updated_at: "2026-03-02T10:00:00Z",
  retired_at: null,
  ...more,
})
export const installedOf = (slug: string, more = {}) => ({
  ...entryOf(slug),
  id: `i-${slug}`,
  entry_id: `e-${slug}`,
  ...more,
})
export const pageOf = <Item,>(items: Item[], next_cursor: string | null = null) => ({ items, next_cursor })

/** What is installed, as a page that asks for it beside other things wants it. */
export const installed = (...slugs: string[]): Record<string, Answer> => ({
  "GET /installation/entries?limit=100": () => [200, pageOf(slugs.map((slug) => installedOf(slug)))],
})
