import { afterEach, beforeEach, expect, test } from "@jest/globals"
import { screen, waitFor } from "@testing-library/react"
import {
  account,
  close,
  entryOf,
  fill,
  follow,
  heading,
  installed,
  installedOf,
  jsonOf,
  logInBefore,
  open,
  pageOf,
  press,
  user,
} from "./app"
import type { Answer, Reply } from "./server"

const weather: Record<string, Answer> = {
  ...installed(),
  "GET /catalog/entries/e-weather": () => [200, entryOf("weather")],
}
const configured = (configuration: object): Record<string, Answer> => ({
  "GET /installation/entries/e-weather": () => [200, installedOf("weather", { configuration })],
})

beforeEach(logInBefore)
afterEach(close)

test("an entry is installed with headers and other members, and is in the list then", async () => {
  const there: string[] = []
  const asked = await open("/install?id=e-weather", {
    ...weather,
    "GET /installation/entries?limit=100": () => [200, pageOf(there.map((slug) => installedOf(slug)))],
    "PUT /installation/entries/e-weather": () => {
      there.push("weather")
      return [201, installedOf("weather", { configuration: {} })]
    },
  })
  await heading("Install Weather")
  await fill("Name of header 1", "X-Api-Key")
  await fill("Value of header 1", "s3cret")
  await press("Add a header")
  await press("Add a header")
  await fill("Name of header 2", "Accept")
  await fill("Value of header 2", "text/plain")
  await press("Remove header 3")
  await fill("Other members", '{"units": "metric"}')
  await press("Install")
  await screen.findByText("Weather is installed.")
  await screen.findByRole("link", { name: "Call Weather" })
  const put = asked().find(({ request }) => request.startsWith("PUT"))
  expect(jsonOf(put)).toEqual({ units: "metric", headers: { "X-Api-Key": "s3cret", Accept: "text/plain" } })
})

test.each([
  [{ "Value of header 1": "x" }, "Name of header 1", "Give this header a name."],
  [{ "Name of header 1": "X" }, "Value of header 1", "Give this header a value."],
  [{ "Other members": "[1]" }, "Other members", /no JSON object/],
  [{ "Other members": "{" }, "Other members", /no JSON: /],
  [{ "Other members": '{"headers": {}}' }, "Other members", "Headers have rows of their own."],
])("%j is refused before anything is asked", async (filled, label, message) => {
  const asked = await open("/install?id=e-weather", weather)
  await heading("Install Weather")
  for (const [field, text] of Object.entries(filled)) await fill(field, text)
  await press("Install")
  expect(await screen.findByText(message)).toBeTruthy()
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(label)))
  expect(asked().filter(({ request }) => request.startsWith("PUT"))).toEqual([])
})

test("a header that the platform refuses is marked in its row", async () => {
  const errors = [
    { loc: ["body", "headers", "…", "…"], type: "string_pattern_mismatch", detail: "String should match pattern" },
    { loc: ["body", "headers", "X-Key"], type: "string_pattern_mismatch", detail: "String should match pattern" },
    { loc: ["body"], type: "value_error", detail: "must have at most 16384 bytes" },
  ]
  await open("/install?id=e-weather", {
    ...weather,
    "PUT /installation/entries/e-weather": () => [422, { detail: "The input is not valid", errors }],
  })
  await fill("Name of header 1", "X Y")
  await fill("Value of header 1", "example.org")
  await press("Add a header")
  await fill("Name of header 2", "X-Key")
  await fill("Value of header 2", "späť")
  await press("Install")
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Name of header 1")))
  expect(screen.getByLabelText("Value of header 2").getAttribute("aria-invalid")).toBe("true")
  expect(screen.getByText(/no spaces\./)).toBeTruthy()
  expect(screen.getByText(/one line of plain ASCII/)).toBeTruthy()
  expect(screen.getByRole("alert").textContent).toContain("must have at most 16384 bytes")
  expect(screen.getByRole("alert").textContent).not.toContain("ASCII")
})

test("what is wrong with something that is no longer in the form is still told", async () => {
  const errors = [{ pointer: "#/headers/X-Key", type: "value_error", detail: "Not this one" }]
  await open("/install?id=e-weather", {
    ...weather,
    "PUT /installation/entries/e-weather": () => [422, { detail: "The input is not valid", errors }],
  })
  await fill("Name of header 1", "X-Key")
  await fill("Value of header 1", "example.org")
  await press("Install")
  await screen.findByText("Not this one")
  await press("Remove header 1")
  expect(screen.getByRole("alert").textContent).toContain("Not this one")
})

test("what an entry is installed with can be changed", async () => {
  const asked = await open("/configure?id=e-weather", {
    ...installed("weather"),
    ...configured({ headers: { "X-Api-Key": "old" }, units: "metric" }),
    "PUT /installation/entries/e-weather": () => [200, installedOf("weather", { configuration: {} })],
  })
  await heading("Configure Weather")
  await fill("Value of header 1", "new")
  await press("Save")
  await screen.findByText("The configuration of Weather is saved.")
  const put = asked().find(({ request }) => request.startsWith("PUT"))
  expect(jsonOf(put)).toEqual({ headers: { "X-Api-Key": "new" }, units: "metric" })
})

test("an entry is uninstalled after a question, and a failure is said there", async () => {
  const there = new Set(["weather"])
  let status = 500
  await open("/installed", {
    "GET /installation/entries?limit=100": () => [200, pageOf([...there].map((slug) => installedOf(slug)))],
    "DELETE /installation/entries/e-weather": (): Reply => {
      if (status === 204) there.clear()
      return status === 204 ? [204] : [status, { detail: "Not now" }]
    },
  })
  await press("Uninstall Weather")
  await press("Yes, uninstall it")
  await screen.findByText("Not now")
  status = 204
  await press("Yes, uninstall it")
  await screen.findByText("Weather is uninstalled.")
  await screen.findByText("Nobody has moved in yet")
})

/** Opens the page to call from, and sends what it says. */
async function call(answers: Record<string, Answer>, path: string, method = "GET", body = "") {
  const asked = await open("/call?id=e-weather", { ...configured({ headers: {} }), ...answers })
  await fill("Path", path)
  await user.selectOptions(screen.getByLabelText("Method"), method)
  if (body) await fill("Body", body)
  await press("Send")
  return asked
}

test("a call shows all of its answer", async () => {
  await call(
    {
      "GET /proxy/i-weather/today?city=riga%23x": () => [
        200,
        { rain: true },
        { "x-trace-id": "c0ffee0123", "x-mood": "wet" },
      ],
    },
    "/today?city=riga#x",
  )
  const answer = await screen.findByRole("region", { name: "Answer" })
  for (const part of ["200 OK", "13 bytes", "c0ffee0123", '"rain": true', "x-mood", "wet"]) {
    expect(answer.textContent).toContain(part)
  }
  expect(answer.textContent).toMatch(/in \d+ ms/)
})

test.each([
  ['{"a": 1}', "application/json"],
  ["plain words", "text/plain"],
])("the body %s is sent as %s", async (body, type) => {
  const asked = await call({ "POST /proxy/i-weather/notes": () => [201] }, "notes", "POST", body)
  await screen.findByText("There is none.")
  expect(asked().at(-1)).toMatchObject({ body, headers: { "content-type": type } })
})

test("an answer of 401 from the entry is an answer, and ends no session", async () => {
  await call({ "GET /proxy/i-weather/": () => [401, { error: "your key" }], "GET /auth/me": () => [200, account] }, "")
  await screen.findByText("401 Unauthorized")
  expect(screen.getByRole("button", { name: "Log out" })).toBeTruthy()
})

test("401 from the platform ends the session, of a call, too", async () => {
  await call({ "GET /proxy/i-weather/": () => [401], "GET /auth/me": () => [401] }, "")
  await heading("Log in")
})

test.each(["../other", "a/./b", "a/%2E%2e", "a\\..\\b"])(
  "the path %s, which browsers would rewrite, is refused",
  async (path) => {
    const asked = await call({}, path)
    await screen.findByText("The path must have no . or .. in it.")
    expect(asked().some(({ request }) => request.includes("/proxy/"))).toBe(false)
  },
)

test("from the list, one comes to where an entry is called from", async () => {
  await open("/installed", { ...installed("weather"), ...configured({ headers: {} }) })
  await follow("Call Weather")
  await heading("Call Weather")
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Call Weather"))
})
