import { afterEach, expect, test } from "@jest/globals"
import { screen, waitFor } from "@testing-library/react"
import { close, follow, heading, open, pageOf, press, user } from "./app"

const empty = { "GET /catalog/entries": () => [200, pageOf([])] as [number, object] }

afterEach(close)

test.each([
  ["/", "Catalogue"],
  ["/about", "About"],
  ["/login", "Log in"],
  ["/register", "Register"],
  ["/publish", "Log in"],
  ["/installed", "Log in"],
  ["/install", "Log in"],
  ["/no/such/page", "Nothing here"],
])("the page at %s is %s", async (path, name) => {
  await open(path, empty)
  await heading(name)
  await waitFor(() => expect(document.title).toBe(`${name} · Cat House`))
})

test("a keyboard comes past what all pages have, first thing", async () => {
  await open("/about", empty)
  const title = await heading("About")
  title.blur() // as it is when the site is opened
  await user.tab()
  expect(document.activeElement?.textContent).toBe("Skip to content")
  await user.keyboard("{Enter}")
  expect(document.activeElement).toBe(screen.getByRole("main"))
})

test("the focus goes to the heading of the page that a link leads to, and the link says that it is there", async () => {
  await open("/about", empty)
  await follow("Catalogue")
  const title = await heading("Catalogue")
  await waitFor(() => expect(document.activeElement).toBe(title))
  expect(screen.getByRole("link", { name: "Catalogue" }).getAttribute("aria-current")).toBe("page")
})

test("each service says for itself whether it is healthy, and is asked again", async () => {
  let status = 503
  await open("/about", {
    "GET /auth/health": () => [200, { version: "4f1c09aa22bb33cc44dd" }],
    "GET /catalog/health": () => [200, {}],
    "GET /installation/health": () => [status, status === 200 ? {} : { detail: "The database is away" }],
    "GET /proxy/health": () => new Promise(() => {}),
  })
  expect(await screen.findByText("Healthy, version 4f1c09aa22bb")).toBeTruthy()
  expect(await screen.findByText("Healthy, version unknown")).toBeTruthy()
  expect(await screen.findByText("The database is away")).toBeTruthy()
  expect(screen.getByText("Asking…")).toBeTruthy()
  status = 200
  await press("Check again")
  await waitFor(() => expect(screen.queryByText("The database is away")).toBeNull())
})
