import { afterEach, expect, test } from "@jest/globals"
import { screen, waitFor } from "@testing-library/react"
import { tokenOf } from "../src/session"
import { account, close, fill, follow, heading, installed, jsonOf, logInBefore, open, pageOf, press } from "./app"
import type { Answer } from "./server"

const credentials = { email: account.email, password: "nine-lives" }
const accepted: Record<string, Answer> = {
  "POST /auth/register": () => [201, account],
  "POST /auth/login": () => [200, { access_token: "t0ken", expires_in: 3600 }],
  "GET /auth/me": ({ headers }) => (headers.authorization === "Bearer t0ken" ? [200, account] : [401]),
  "GET /catalog/entries": () => [200, pageOf([])],
}

afterEach(close)

async function enter(action: string): Promise<void> {
  await fill("E-mail address", credentials.email)
  await fill("Password", credentials.password)
  await press(action)
}

test("who registers is logged in at once, and finds the catalogue", async () => {
  const asked = await open("/register", accepted)
  await enter("Register")
  await heading("Catalogue")
  expect(
    asked()
      .slice(0, 3)
      .map(({ request }) => request),
  ).toEqual(["POST /api/v1/auth/register", "POST /api/v1/auth/login", "GET /api/v1/auth/me"])
  expect(jsonOf(asked()[0])).toEqual(credentials)
  expect(await screen.findByText(account.email)).toBeTruthy()
})

test("what is wrong with a field stands beside it, and the field has the focus", async () => {
  const errors = [
    { loc: ["body", "email"], type: "string_pattern_mismatch", detail: "String should match pattern '^[^@]+$'" },
    { loc: ["body", "password"], type: "string_too_short", detail: "It should have at least 8 characters" },
    { loc: ["body", "nickname"], type: "missing", detail: "Field required" },
  ]
  await open("/register", { "POST /auth/register": () => [422, { detail: "The input is not valid", errors }] })
  await enter("Register")
  const email = await screen.findByLabelText("E-mail address")
  await waitFor(() => expect(document.activeElement).toBe(email))
  expect(email.getAttribute("aria-invalid")).toBe("true")
  const described = (element: Element) =>
    (element.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent)
  expect(described(email)).toEqual(["It should look like name@example.org."])
  expect(described(screen.getByLabelText("Password"))).toContain("It should have at least 8 characters")
  const alert = screen.getByRole("alert").textContent
  expect(alert).toContain("nickname: Field required") // for which the form has no field
  expect(alert).not.toContain("at least 8")
})

test("a wrong password is said in the platform's words, and nobody is logged in", async () => {
  await open("/login", {
    "POST /auth/login": () => [401, { detail: "Wrong e-mail address or password" }, { "x-trace-id": "feedface01" }],
  })
  await enter("Log in")
  const alert = await screen.findByRole("alert")
  expect(alert.textContent).toContain("Wrong e-mail address or password")
  expect(alert.textContent).toContain("feedface01")
  expect(tokenOf()).toBeUndefined()
})

test("who has no account yet can register where the log-in is", async () => {
  await open("/login", {})
  await heading("Log in")
  await press("I have no account yet")
  await heading("Register")
  await press("I have an account")
  await heading("Log in")
})

test("a page for those who are logged in is shown once one is, where one wanted to be", async () => {
  await open("/publish", accepted)
  await heading("Log in")
  await enter("Log in")
  await heading("Publish an entry")
})

test("a session that has ended asks to log in again, and goes on at the same page", async () => {
  logInBefore()
  let valid = false
  await open("/installed", {
    ...accepted,
    "GET /installation/entries?limit=100": () =>
      valid ? [200, pageOf([])] : [401, { detail: "The token has expired" }],
  })
  await screen.findByText("Your session has ended. Log in to go on where you were.")
  await heading("Log in")
  valid = true
  await enter("Log in")
  await screen.findByText("Nobody has moved in yet")
  expect(screen.queryByText(/Your session has ended/)).toBeNull()
})

test("who logs out leaves nothing behind", async () => {
  logInBefore()
  await open("/installed", { ...accepted, ...installed() })
  await press("Log out")
  await screen.findByText("You are logged out.")
  await heading("Catalogue")
  expect(await screen.findByRole("link", { name: "Log in" })).toBeTruthy()
  expect(sessionStorage.length).toBe(0)
})

test("the way back from the log-in leads to where one came from", async () => {
  await open("/about", accepted)
  await follow("Log in")
  await heading("Log in")
  await enter("Log in")
  await heading("About")
})
