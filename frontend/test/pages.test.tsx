import { afterEach, beforeEach, expect, test } from "@jest/globals"
import { cleanup, render, screen, waitFor } from "@testing-library/react"
import { ExpoRoot } from "expo-router"
import Head from "expo-router/head"
import * as layout from "../src/app/_layout"
import * as notFound from "../src/app/+not-found"
import * as about from "../src/app/about"
import * as home from "../src/app/index"

const pages: Record<string, object> = {
  "./_layout.tsx": layout,
  "./+not-found.tsx": notFound,
  "./about.tsx": about,
  "./index.tsx": home,
}
/** As Metro's require.context, which Jest has not */
const context = Object.assign((path: string) => pages[path], {
  id: "app",
  keys: () => Object.keys(pages),
  resolve: (path: string) => path,
})

// No page waits for an answer.
beforeEach(() => {
  globalThis.fetch = () => new Promise(() => {})
})
afterEach(cleanup)

const show = (path: string) =>
  render(
    <Head.Provider>
      <ExpoRoot context={context} location={new URL(path, "http://localhost")} />
    </Head.Provider>,
  )

test.each([
  ["/", "Cat House", "Cat House"],
  ["/about", "About", "About · Cat House"],
  ["/no/such/page", "Nothing here", "Nothing here · Cat House"],
])("the page at %s is %s", async (path, heading, title) => {
  show(path)
  expect(await screen.findByRole("heading", { level: 1, name: heading })).toBeTruthy()
  await waitFor(() => expect(document.title).toBe(title))
})

test("an address that leads nowhere shows the way to the start", async () => {
  show("/nowhere")
  const link = await screen.findByRole("link", { name: "Go to the start" })
  expect(link.getAttribute("href")).toBe("/")
})
