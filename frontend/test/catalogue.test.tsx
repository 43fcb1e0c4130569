import { afterEach, expect, test } from "@jest/globals"
import { fireEvent, screen, waitFor, within } from "@testing-library/react"
import {
  account,
  close,
  entryOf,
  fill,
  follow,
  heading,
  installed,
  jsonOf,
  logInBefore,
  open,
  pageOf,
  press,
} from "./app"

afterEach(close)

test("the catalogue goes on where it ended, and the focus with it", async () => {
  await open("/", {
    "GET /catalog/entries": () => [200, pageOf([entryOf("atlas"), entryOf("birds")], "birds")],
    "GET /catalog/entries?cursor=birds": () => [200, pageOf([entryOf("clocks")])],
  })
  expect(await screen.findByText("2 entries, and there are more")).toBeTruthy()
  await press("Load more")
  expect(await screen.findByText("3 entries")).toBeTruthy()
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("link", { name: "Clocks" })))
  expect(screen.queryByRole("button", { name: "Load more" })).toBeNull()
})

test("what is typed is searched for after a pause, once, and stands in the address", async () => {
  const asked = await open("/", {
    "GET /catalog/entries": () => [200, pageOf([entryOf("atlas"), entryOf("birds")])],
    "GET /catalog/entries?q=bird+s": () => [200, pageOf([entryOf("birds")])],
  })
  await screen.findByText("2 entries")
  const box = screen.getByRole("searchbox", { name: "Search the catalogue" })
  for (const value of ["b", "bir", " bird s "]) fireEvent.change(box, { target: { value } })
  expect(await screen.findByText("1 entry")).toBeTruthy()
  expect(asked().map(({ request }) => request.split("?")[1])).toEqual([undefined, "q=bird+s"])
  expect(window.location.search).toBe("?q=bird%20s")
})

test("a search without a result says so, and the whole catalogue is one link away", async () => {
  await open("/?q=dogs", {
    "GET /catalog/entries": () => [200, pageOf([entryOf("atlas")])],
    "GET /catalog/entries?q=dogs": () => [200, pageOf([])],
  })
  await screen.findByRole("heading", { name: "Nothing is called “dogs”" })
  await follow("Catalogue")
  await screen.findByText("1 entry")
  expect(screen.getByRole<HTMLInputElement>("searchbox").value).toBe("")
})

test("a catalogue that cannot be loaded can be asked again", async () => {
  let status = 503
  await open("/", { "GET /catalog/entries": () => (status === 200 ? [200, pageOf([])] : [status, "<h1>503</h1>"]) })
  expect((await screen.findByRole("alert")).textContent).toContain("it answered 503")
  status = 200
  await press("Try again")
  expect(await screen.findByText("Nobody lives here yet")).toBeTruthy()
})

test("a page that does not follow leaves the ones before, and can be asked for again", async () => {
  let status = 500
  await open("/", {
    "GET /catalog/entries": () => [200, pageOf([entryOf("atlas")], "atlas")],
    "GET /catalog/entries?cursor=atlas": () => [
      status,
      status === 200 ? pageOf([entryOf("birds")]) : { detail: "Broken" },
    ],
  })
  await press("Load more")
  await screen.findByText("Broken")
  expect(screen.getByRole("link", { name: "Atlas" })).toBeTruthy()
  status = 200
  await press("Try again")
  expect(await screen.findByRole("link", { name: "Birds" })).toBeTruthy()
})

test("an entry that is published has a page at once", async () => {
  logInBefore()
  const asked = await open("/publish", {
    ...installed(),
    "POST /catalog/entries": () => [201, entryOf("weather", { owner_id: account.id })],
    "GET /catalog/entries/e-weather": () => [200, entryOf("weather", { owner_id: account.id })],
  })
  const entry = {
    name: "Weather",
    slug: "weather",
    endpoint: "https://weather.example.org/v1",
    description: "Rain or shine",
  }
  await fill("Name", entry.name)
  await fill("Slug", entry.slug)
  await fill("Endpoint", entry.endpoint)
  await fill("Description", entry.description)
  await press("Publish")
  await heading("Weather")
  expect(await screen.findByText("Weather is published.")).toBeTruthy()
  expect(jsonOf(asked()[0])).toEqual(entry)
})

test("one's own entry is retired, but not without a question", async () => {
  logInBefore()
  const mine = entryOf("weather", { owner_id: account.id })
  const asked = await open("/entry?id=e-weather", {
    ...installed(),
    "GET /catalog/entries/e-weather": () => [200, mine],
    "GET /catalog/entries": () => [200, pageOf([])],
    "DELETE /catalog/entries/e-weather": () => [204],
  })
  await press("Retire Weather")
  const dialog = within(await screen.findByRole("dialog", { name: "Retire Weather?" }))
  expect(asked().some(({ request }) => request.startsWith("DELETE"))).toBe(false)
  fireEvent.click(dialog.getByRole("button", { name: "Keep it" }))
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull())
  await press("Retire Weather")
  await press("Yes, retire it")
  await screen.findByText("Weather is retired.")
  await heading("Catalogue")
})

test("somebody else's entry can be installed, and not retired", async () => {
  logInBefore()
  await open("/entry?id=e-weather", {
    ...installed(),
    "GET /catalog/entries/e-weather": () => [200, entryOf("weather")],
  })
  await heading("Weather")
  expect(screen.getByRole("link", { name: "Install" }).getAttribute("href")).toBe("/install?id=e-weather")
  expect(screen.queryByRole("button", { name: /Retire/ })).toBeNull()
})

test("a retired entry says so, and cannot be installed", async () => {
  await open("/entry?id=e-weather", {
    "GET /catalog/entries/e-weather": () => [200, entryOf("weather", { retired_at: "2026-04-01T00:00:00Z" })],
  })
  await screen.findByText("This entry is retired")
  expect(screen.queryByRole("link", { name: "Install" })).toBeNull()
})

test("an address that names no entry asks the platform nothing", async () => {
  const asked = await open("/entry", {})
  expect(await screen.findByText(/names no entry/)).toBeTruthy()
  expect(asked()).toEqual([])
})
