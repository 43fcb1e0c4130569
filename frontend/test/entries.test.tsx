import { afterEach, expect, jest, test } from "@jest/globals"
import { act, screen, waitFor } from "@testing-library/react"
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
import type { Answer } from "./server"

afterEach(close)

const tagged = (slug: string, ...tags: string[]) => entryOf(slug, { tags, publisher: "Ada" })
const tags: Answer = () => [
  200,
  {
    items: [
      { tag: "free", entries: 2 },
      { tag: "sky", entries: 1 },
    ],
  },
]

test("an entry's slug is its address, also for who comes from elsewhere, and on a later page of the search", async () => {
  await open("/entries/sky", {
    "GET /catalog/entries?q=sky": () => [200, pageOf([entryOf("blue-sky"), entryOf("night-sky")], "next")],
    "GET /catalog/entries?q=sky&cursor=next": () => [200, pageOf([entryOf("sky")])],
  })
  await heading("Sky")
  await waitFor(() => expect(document.title).toBe("Sky · Cat House"))
})

test("an address with an ID leads to the one with the slug, and asks no more for it", async () => {
  const asked = await open("/entry?id=e-sky", { "GET /catalog/entries/e-sky": () => [200, entryOf("sky")] })
  await heading("Sky")
  await waitFor(() => expect(window.location.pathname).toBe("/entries/sky"))
  expect(asked().map(({ request }) => request)).toEqual(["GET /api/v1/catalog/entries/e-sky"])
})

test.each([
  ["/entries/no-such", { "GET /catalog/entries?q=no-such": () => [200, pageOf([entryOf("no-such-cat")])] }],
  ["/entry?id=e-none", { "GET /catalog/entries/e-none": () => [404, { detail: "There is no such entry" }] }],
] as [string, Record<string, Answer>][])(
  "%s, which names nothing, is the site's own page for that",
  async (path, answers) => {
    await open(path, answers)
    await heading("Nothing here")
  },
)

test("Back shows a page where it was left, and a link the top of another one", async () => {
  await open("/", {
    "GET /catalog/entries": () => [200, pageOf([entryOf("sky")])],
    "GET /catalog/entries?q=sky": () => [200, pageOf([entryOf("sky")])],
  })
  const scrolled = jest.spyOn(window, "scrollTo")
  const goTo = (y: number) => Object.defineProperty(window, "scrollY", { value: y, configurable: true })
  scrolled.mockImplementation((...place: unknown[]) => void goTo(Number(place[1])))
  await screen.findByRole("link", { name: "Sky" })
  goTo(700)
  await follow("Sky")
  await heading("Sky")
  await waitFor(() => expect(scrolled).toHaveBeenLastCalledWith(0, 0))
  await waitFor(() => expect(window.location.pathname).toBe("/entries/sky"))
  act(() => window.history.back())
  await heading("Catalogue")
  await waitFor(() => expect(scrolled).toHaveBeenLastCalledWith(0, 700))
})

test("the catalogue says who has published an entry, and whether it is installed", async () => {
  logInBefore()
  await open("/", {
    ...installed("sky"),
    "GET /catalog/tags": tags,
    "GET /catalog/entries": () => [200, pageOf([tagged("atlas"), tagged("sky")])],
  })
  const card = (name: string) => screen.getByRole("link", { name }).closest("article")?.textContent
  await screen.findByText("Installed", { selector: "p" })
  expect(card("Sky")).toContain("Installed")
  expect(card("Sky")).toContain("by Ada")
  expect(card("Atlas")).not.toContain("Installed")
})

test("tags filter the catalogue together, and stand in the address", async () => {
  await open("/", {
    "GET /catalog/tags": tags,
    "GET /catalog/entries": () => [
      200,
      pageOf([tagged("atlas", "free"), tagged("sky", "free", "sky"), tagged("birds")]),
    ],
    "GET /catalog/entries?tag=free": () => [200, pageOf([tagged("atlas", "free"), tagged("sky", "free", "sky")])],
    "GET /catalog/entries?tag=free&tag=sky": () => [200, pageOf([tagged("sky", "free", "sky")])],
  })
  await screen.findByText("3 entries")
  await press("free")
  await screen.findByText("2 entries")
  await press("sky")
  await screen.findByText("1 entry")
  expect(screen.getByRole("button", { name: "free" }).getAttribute("aria-pressed")).toBe("true")
  expect(new URLSearchParams(window.location.search).getAll("tag").join()).toBe("free,sky")
  await press("free")
  await press("sky")
  await screen.findByText("3 entries")
})

test("an API without tags is not asked for them", async () => {
  const asked = await open("/", { "GET /catalog/entries": () => [200, pageOf([entryOf("sky")])] })
  await screen.findByText("1 entry")
  expect(asked()).toHaveLength(1)
})

test("who has published an entry can change it, and sees the change at its address", async () => {
  logInBefore()
  const mine = { ...tagged("sky", "free"), owner_id: account.id }
  const asked = await open("/entries/sky", {
    ...installed(),
    "GET /catalog/entries?q=sky": () => [200, pageOf([mine])],
    "GET /catalog/entries/e-sky": () => [200, mine],
    "PATCH /catalog/entries/e-sky": ({ body }) => [200, { ...mine, ...(JSON.parse(body) as object) }],
  })
  await screen.findByText("Ada (you)")
  await follow("Edit Sky")
  await heading("Edit Sky")
  expect(screen.getByLabelText<HTMLInputElement>("Tags").value).toBe("free")
  await fill("Name", "Skies")
  await fill("Tags", "Weather, free,weather ,")
  await press("Save")
  await heading("Skies")
  await screen.findByText("Skies is changed.")
  expect(jsonOf(asked().find(({ request }) => request.startsWith("PATCH")))).toEqual({
    name: "Skies",
    description: "All about sky",
    endpoint: "https://sky.example.org/v1",
    tags: ["weather", "free"],
  })
})

test("every tag that is refused is named beside the field", async () => {
  logInBefore()
  const mine = { ...tagged("sky"), owner_id: account.id }
  const errors = [1, 2].map((place) => ({ pointer: `#/tags/${place}`, type: "string_pattern_mismatch", detail: "No" }))
  await open("/edit?id=e-sky", {
    "GET /catalog/entries/e-sky": () => [200, mine],
    "PATCH /catalog/entries/e-sky": () => [422, { detail: "The request is not valid", errors }],
  })
  await fill("Tags", "free, a b, c d")
  await press("Save")
  const rule = "A tag has letters, digits and hyphens, and no spaces."
  await screen.findByText(`“a b”: ${rule} “c d”: ${rule}`)
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Tags")))
})

test("somebody else's entry cannot be edited", async () => {
  logInBefore()
  await open("/edit?id=e-sky", { "GET /catalog/entries/e-sky": () => [200, entryOf("sky")] })
  await screen.findByText("Only who has published it can change it.")
  expect(screen.queryByLabelText("Name")).toBeNull()
})

test("a problem's pointers name the fields, where it has no other place", async () => {
  logInBefore()
  const errors = [
    { pointer: "#/name", type: "string_too_long", detail: "At most 100 characters" },
    { pointer: "#/endpoint", type: "url_parsing", detail: "A web address, such as https://api.example.com/v1" },
  ]
  await open("/publish", { "POST /catalog/entries": () => [422, { detail: "The request is not valid", errors }] })
  for (const label of ["Name", "Slug", "Endpoint"]) await fill(label, "x")
  await press("Publish")
  await screen.findByText("At most 100 characters")
  expect(screen.getByLabelText("Endpoint").getAttribute("aria-invalid")).toBe("true")
})

test("what has to be filled in is said beside the field before anything is asked, and a taken slug beside the slug", async () => {
  logInBefore()
  const asked = await open("/publish", { "POST /catalog/entries": () => [409, { detail: "This slug is taken" }] })
  await fill("Name", "Sky")
  await press("Publish")
  expect(await screen.findAllByText("Fill this in.")).toHaveLength(2)
  expect(asked()).toEqual([])
  await fill("Slug", "sky")
  await fill("Endpoint", "https://sky.example.org")
  await press("Publish")
  await screen.findByText("This slug is taken")
  expect(document.activeElement).toBe(screen.getByLabelText("Slug"))
})
