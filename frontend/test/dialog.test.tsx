import { afterEach, beforeEach, expect, test } from "@jest/globals"
import { screen, waitFor } from "@testing-library/react"
import { close, heading, installedOf, logInBefore, open, pageOf, press, user } from "./app"

let there: string[]

beforeEach(async () => {
  logInBefore()
  there = ["atlas", "weather"]
})
afterEach(close)

async function openDialog() {
  const asked = await open("/installed", {
    "GET /installation/entries?limit=100": () => [200, pageOf(there.map((slug) => installedOf(slug)))],
    "DELETE /installation/entries/e-weather": () => {
      there = ["atlas"]
      return [204]
    },
  })
  const button = await screen.findByRole("button", { name: "Uninstall Weather" })
  button.focus()
  await user.keyboard("{Enter}")
  await screen.findByRole("dialog")
  return { button, deleted: () => asked().filter(({ request }) => request.startsWith("DELETE")).length }
}
const gone = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull())

test("two Enters remove nothing: the safe choice has the focus, and it goes back to where it was", async () => {
  const { button, deleted } = await openDialog()
  expect(document.activeElement?.textContent).toBe("Keep it")
  await user.keyboard("{Enter}")
  await gone()
  await waitFor(() => expect(document.activeElement).toBe(button))
  expect(deleted()).toBe(0)
})

test("Escape closes the question, and the focus goes back to where it was", async () => {
  const { button, deleted } = await openDialog()
  await user.keyboard("{Escape}")
  await gone()
  await waitFor(() => expect(document.activeElement).toBe(button))
  expect(deleted()).toBe(0)
})

test("an account is deleted after a question, and nobody is logged in then", async () => {
  const asked = await open("/account", {
    "GET /catalog/entries": () => [200, pageOf([])],
    "DELETE /auth/me": () => [204],
  })
  expect(await screen.findByText("January 2, 2026")).toBeTruthy()
  await press("Delete your account")
  expect(document.activeElement?.textContent).toBe("Keep it")
  await press("Yes, delete it")
  await heading("Catalogue")
  expect(await screen.findByText("Your account is deleted.")).toBeTruthy()
  expect(screen.getByRole("link", { name: "Log in" })).toBeTruthy()
  expect(sessionStorage.getItem("session")).toBeNull()
  expect(asked().filter(({ request }) => request.startsWith("DELETE"))).toHaveLength(1)
})

test("once the button that had the focus is gone, the heading has it", async () => {
  const { deleted } = await openDialog()
  await user.tab()
  await user.keyboard("{Enter}")
  await screen.findByText("Weather is uninstalled.")
  await gone()
  const title = await heading("Installed")
  await waitFor(() => expect(document.activeElement).toBe(title))
  expect(deleted()).toBe(1)
})
