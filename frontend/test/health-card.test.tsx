import { afterEach, expect, test } from "@jest/globals"
import { cleanup, fireEvent, render, screen } from "@testing-library/react"
import { HealthCard } from "../src/components/health-card"
import { serve, type Answer } from "./server"

const configured: Answer = () => [200, { apiBase: "/api/v1" }]
let close: (() => Promise<void>) | undefined

/** Shows the card on a page whose catalogue answers so. */
async function show(health: Answer): Promise<void> {
  const server = await serve({ "/config.json": configured, "/api/v1/catalog/health": health })
  close = server.close
  render(<HealthCard />)
}

afterEach(async () => {
  cleanup()
  await close?.()
})

const button = () => screen.getByRole<HTMLButtonElement>("button", { name: "Check again" })

test("while the catalogue is asked, the card says so, and cannot be told to ask again", async () => {
  let answer: (value: [number, unknown]) => void = () => {}
  let noteAsked = () => {}
  const asked = new Promise<void>((resolve) => (noteAsked = resolve))
  await show(() => {
    noteAsked()
    return new Promise((resolve) => (answer = resolve))
  })
  expect(screen.getByText("Asking the catalogue…")).toBeTruthy()
  expect(button().disabled).toBe(true)
  await asked
  answer([200, { version: "1" }])
  await screen.findByText("The catalogue is healthy")
  expect(button().disabled).toBe(false)
})

test("a healthy catalogue is shown with the beginning of its version", async () => {
  await show(() => [200, { status: "ok", version: "4f1c09aa22bb33cc44dd" }])
  expect(await screen.findByText("Version 4f1c09aa22bb")).toBeTruthy()
})

test("a healthy catalogue that names no version is healthy", async () => {
  await show(() => [200, {}])
  expect(await screen.findByText("Version unknown")).toBeTruthy()
})

test("an answer that is no success is an error that names its status", async () => {
  await show(() => [503])
  expect(await screen.findByText("It answered 503")).toBeTruthy()
  expect(screen.getByText("The catalogue does not answer as it should")).toBeTruthy()
})

test("asked again, the card shows what is the case now", async () => {
  let status = 503
  await show(() => [status, { version: "2" }])
  await screen.findByText("It answered 503")
  status = 200
  fireEvent.click(button())
  expect(screen.getByText("Asking the catalogue…")).toBeTruthy()
  expect(await screen.findByText("Version 2")).toBeTruthy()
})

test("a catalogue that cannot be reached is an error", async () => {
  await show(() => [200, {}])
  await screen.findByText("Version unknown")
  await close?.()
  fireEvent.click(button())
  expect(await screen.findByText("The catalogue does not answer as it should")).toBeTruthy()
})
