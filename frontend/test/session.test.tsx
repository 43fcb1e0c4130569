import { afterEach, beforeEach, expect, jest, test } from "@jest/globals"
import { fireEvent, screen, waitFor } from "@testing-library/react"
import {
  account,
  close,
  entryOf,
  fill,
  heading,
  installed,
  installedOf,
  logInBefore,
  open,
  pageOf,
  press,
  user,
} from "./app"
import type { Answer, Reply } from "./server"

const path = "/installation/entries/e-weather"
const valueOf = async (label: string) => (await screen.findByLabelText<HTMLInputElement>(label)).value

let valid: boolean
/** Whoever logs in */
let somebody: object
const expired: Reply = [401, { detail: "The token has expired" }]
const accounts: Record<string, Answer> = {
  "POST /auth/login": () => {
    valid = true
    return [200, { access_token: "new" }]
  },
  "GET /auth/me": () => (valid ? [200, somebody] : expired),
}

beforeEach(() => {
  valid = false
  somebody = account
  logInBefore()
})
afterEach(close)

async function logInAgain(): Promise<void> {
  await screen.findByText("Your session has ended. Log in to go on where you were.")
  await fill("E-mail address", account.email)
  await fill("Password", "nine-lives")
  await press("Log in")
}

async function publish(): Promise<() => string[]> {
  const asked = await open("/publish", { ...accounts, "POST /catalog/entries": () => expired })
  await fill("Name", "Weather")
  await fill("Slug", "weather")
  await fill("Endpoint", "https://weather.example.org")
  await fill("Description", "Rain\nor shine")
  await press("Publish")
  await logInAgain()
  await heading("Publish an entry")
  return () => asked().map(({ request }) => request)
}

test("what was typed when the session ended is there again after the log-in, and was not sent twice", async () => {
  const asked = await publish()
  for (const [label, value] of [
    ["Name", "Weather"],
    ["Slug", "weather"],
    ["Endpoint", "https://weather.example.org"],
    ["Description", "Rain\nor shine"],
  ] as const) {
    expect(await valueOf(label)).toBe(value)
  }
  expect(asked().filter((request) => request === "POST /api/v1/catalog/entries")).toHaveLength(1)
})

test("what one account has typed is not shown to another one", async () => {
  somebody = { ...account, id: "u-9" }
  await publish()
  expect(await valueOf("Name")).toBe("")
})

test("headers, other members and the version that they were made from outlive a session, too", async () => {
  const configuration = { headers: { "X-Api-Key": "old" } }
  let version = "64"
  const asked = await open("/configure?id=e-weather", {
    ...accounts,
    ...installed("weather"),
    [`GET ${path}`]: () => [200, installedOf("weather", { configuration, version })],
    [`PUT ${path}`]: () => (valid ? [412, { detail: "Load it again" }] : expired),
  })
  await fill("Value of header 1", "new")
  await press("Add a header")
  await fill("Name of header 2", "Accept")
  await fill("Value of header 2", "text/plain")
  await fill("Other members", '{"units": "metric"}')
  await press("Save")
  version = "65"
  await logInAgain()
  await heading("Configure Weather")
  expect(await valueOf("Value of header 1")).toBe("new")
  expect(await valueOf("Name of header 2")).toBe("Accept")
  expect(await valueOf("Other members")).toBe('{"units": "metric"}')
  await press("Remove header 1")
  await press("Add a header")
  expect(await valueOf("Name of header 2")).toBe("")
  await press("Remove header 2")
  await press("Save")
  await screen.findByText(/It has been changed or removed/)
  expect(asked().at(-1)?.headers["if-match"]).toBe('"64"')
})

test("a call's method and body outlive a session", async () => {
  await open("/call?id=e-weather", {
    ...accounts,
    [`GET ${path}`]: () => [200, installedOf("weather", { configuration: { headers: {} } })],
    "PUT /proxy/i-weather/notes": () => [401],
  })
  await user.selectOptions(await screen.findByLabelText("Method"), "PUT")
  await fill("Path", "notes")
  await fill("Body", "a note")
  await press("Send")
  await logInAgain()
  await heading("Call Weather")
  expect(await valueOf("Method")).toBe("PUT")
  expect(await valueOf("Body")).toBe("a note")
})

test.each([
  "5",
  '"text"',
  "[]",
  "{}",
  '{"token": "t"}',
  '{"token": "t", "account": {"id": "u-1"}}',
  '{"token": 1',
  "null",
])("a stored session of %s is nobody's", (stored) => {
  sessionStorage.setItem("session", stored)
  jest.isolateModules(() => {
    const { tokenOf } = jest.requireActual<typeof import("../src/session")>("../src/session")
    expect(tokenOf()).toBeUndefined()
  })
})

test("two clicks in one tick send one request", async () => {
  let answer = (_: Reply) => {}
  const asked = await open("/publish", {
    "POST /catalog/entries": () => new Promise<Reply>((resolve) => (answer = resolve)),
  })
  for (const label of ["Name", "Slug", "Endpoint"]) await fill(label, "x")
  const button = screen.getByRole("button", { name: "Publish" })
  fireEvent.click(button)
  fireEvent.click(button)
  await waitFor(() => expect(asked()).toHaveLength(1))
  answer([409, { detail: "This slug is taken" }])
  await screen.findByText("This slug is taken")
  expect(asked()).toHaveLength(1)
  fireEvent.click(button)
  await waitFor(() => expect(asked()).toHaveLength(2))
})

test("two clicks on what cannot be taken back in one tick do it once", async () => {
  const mine = entryOf("weather", { owner_id: account.id })
  const asked = await open("/entry?id=e-weather", {
    ...installed(),
    "GET /catalog/entries/e-weather": () => [200, mine],
    "GET /catalog/entries": () => [200, pageOf([])],
    "DELETE /catalog/entries/e-weather": () => [204],
  })
  await press("Retire Weather")
  const button = await screen.findByRole("button", { name: "Yes, retire it" })
  fireEvent.click(button)
  fireEvent.click(button)
  await screen.findByText("Weather is retired.")
  expect(asked().filter(({ request }) => request.startsWith("DELETE"))).toHaveLength(1)
})
