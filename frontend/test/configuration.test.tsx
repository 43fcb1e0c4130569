import { afterEach, beforeEach, expect, test } from "@jest/globals"
import { screen, waitFor } from "@testing-library/react"
import {
  account,
  close,
  entryOf,
  fill,
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
import { keepSession } from "../src/session"
import type { Answer, Reply } from "./server"

const path = "/installation/entries/e-weather"
const configuration = { headers: { "X-Api-Key": "saved" }, units: "metric" }
const saved: Record<string, Answer> = {
  ...installed("weather"),
  "GET /catalog/entries/e-weather": () => [200, entryOf("weather")],
  [`GET ${path}`]: () => [200, installedOf("weather", { configuration, version: "64" })],
}
const valueOf = async (label: string) => (await screen.findByLabelText<HTMLInputElement>(label)).value

beforeEach(logInBefore)
afterEach(close)

test("what is installed already is configured instead, also by who logs in on the way: nothing is wiped", async () => {
  keepSession(null)
  const asked = await open("/install?id=e-weather", {
    ...saved,
    "POST /auth/login": () => [200, { access_token: "t0ken" }],
    "GET /auth/me": () => [200, account],
  })
  await fill("E-mail address", account.email)
  await fill("Password", "nine-lives")
  await press("Log in")
  await heading("Configure Weather")
  await screen.findByText("Weather is installed already. This is its configuration.")
  expect(await valueOf("Value of header 1")).toBe("saved")
  expect(asked().filter(({ request }) => request.startsWith("PUT"))).toEqual([])
})

test("an entry that is found installed on a later page of the list is not installed over", async () => {
  await open("/install?id=e-weather", {
    ...saved,
    "GET /installation/entries?limit=100": () => [200, pageOf([installedOf("atlas")], "atlas")],
    "GET /installation/entries?cursor=atlas&limit=100": () => [200, pageOf([installedOf("weather")])],
  })
  await heading("Configure Weather")
})

test("what was installed elsewhere meanwhile is shown, and not replaced", async () => {
  await open("/install?id=e-weather", {
    ...saved,
    ...installed(),
    [`PUT ${path}`]: () => [428, { detail: "This entry is installed already, with another configuration." }],
  })
  await fill("Name of header 1", "X-Api-Key")
  await fill("Value of header 1", "mine")
  await press("Install")
  await screen.findByText(/installed already, with another configuration/)
  expect(await valueOf("Value of header 1")).toBe("mine")
  await user.click(screen.getByRole("link", { name: "Look at its configuration" }))
  await heading("Configure Weather")
  expect(await valueOf("Value of header 1")).toBe("saved")
})

test("an entry that was retired meanwhile is said to be, and no configuration is offered to look at", async () => {
  await open("/install?id=e-weather", {
    ...saved,
    ...installed(),
    [`PUT ${path}`]: () => [409, { detail: "This entry is retired" }],
  })
  await heading("Install Weather")
  await press("Install")
  await screen.findByText("This entry is retired")
  expect(screen.queryByRole("link", { name: "Look at its configuration" })).toBeNull()
})

test("a change names the version that it was made from", async () => {
  const asked = await open("/configure?id=e-weather", {
    ...saved,
    [`PUT ${path}`]: () => [200, installedOf("weather")],
  })
  await fill("Value of header 1", "new")
  await press("Save")
  await screen.findByText("The configuration of Weather is saved.")
  const put = asked().find(({ request }) => request.startsWith("PUT"))
  expect(put?.headers["if-match"]).toBe('"64"')
  expect(jsonOf(put)).toEqual({ headers: { "X-Api-Key": "new" }, units: "metric" })
})

test("a change of what has been changed meanwhile is refused in words, and what is there now can be loaded", async () => {
  let current = { configuration, version: "64" }
  const asked = await open("/configure?id=e-weather", {
    ...saved,
    [`GET ${path}`]: () => [200, installedOf("weather", current)],
    [`PUT ${path}`]: ({ headers }): Reply =>
      headers["if-match"] === `"${current.version}"`
        ? [200, installedOf("weather")]
        : [412, { detail: "Load it again" }],
  })
  await fill("Value of header 1", "mine")
  current = { configuration: { ...configuration, headers: { "X-Api-Key": "theirs" } }, version: "65" }
  await press("Save")
  await screen.findByText(/It has been changed or removed since you opened this page/)
  expect(await valueOf("Value of header 1")).toBe("mine")
  await press("Show what is there now, without my changes")
  await waitFor(async () => expect(await valueOf("Value of header 1")).toBe("theirs"))
  await press("Save")
  await screen.findByText("The configuration of Weather is saved.")
  expect(asked().filter(({ request }) => request.startsWith("PUT"))).toHaveLength(2)
})

test.each([
  ['{"a": NaN}', "NaN is not a number in JSON. Use null, or a text."],
  ['{"a": [-Infinity, "NaN"]}', "-Infinity is not a number in JSON. Use null, or a text."],
  ['{"a": {"b": 1e400}}', "A number in it is too large. The largest have 308 digits."],
])("%s is refused beside its field, and not stored as null", async (others, message) => {
  const asked = await open("/configure?id=e-weather", saved)
  await fill("Other members", others)
  await press("Save")
  const field = screen.getByLabelText("Other members")
  await waitFor(() => expect(document.activeElement).toBe(field))
  expect(screen.getByText(message)).toBeTruthy()
  expect(asked().filter(({ request }) => request.startsWith("PUT"))).toEqual([])
})

test.each(['{"a": NaN}', '{"a": 1e400}'])("a call with the body %s is refused beside its field", async (body) => {
  const asked = await open("/call?id=e-weather", saved)
  await user.selectOptions(await screen.findByLabelText("Method"), "POST")
  await fill("Body", body)
  await press("Send")
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Body")))
  expect(asked().some(({ request }) => request.includes("/proxy/"))).toBe(false)
})
