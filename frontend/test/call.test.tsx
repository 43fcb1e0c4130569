import { afterEach, beforeEach, expect, test } from "@jest/globals"
import { screen } from "@testing-library/react"
import { ask } from "../src/api/client"
import { close, fill, installedOf, logInBefore, open, press } from "./app"
import type { Answer } from "./server"

const weather: Record<string, Answer> = {
  "GET /installation/entries/e-weather": () => [200, installedOf("weather", { configuration: { headers: {} } })],
  "GET /proxy/i-weather/today": () => [200, { rain: true }],
}

beforeEach(logInBefore)
afterEach(close)

async function send(path: string): Promise<void> {
  await fill("Path", path)
  await press("Send")
}

test.each([301, 302, 303, 307, 308])(
  "a redirect (%i) is not followed with the user's token, and said in words",
  async (status) => {
    const asked = await open("/call?id=e-weather", {
      ...weather,
      "GET /proxy/i-weather/moved": () => [status, {}, { location: "/api/v1/auth/me" }],
      "GET /thing": () => [status, {}, { location: "/api/v1/auth/me" }],
    })
    await send("moved")
    await screen.findByText(/It answered with a redirect, which is not followed/)
    await expect(ask("/thing")).rejects.toThrow("answered with a redirect")
    expect(asked().some(({ request }) => request.endsWith("/auth/me"))).toBe(false)
  },
)

test("a call that fails clears the answer to the one before", async () => {
  await open("/call?id=e-weather", {
    ...weather,
    "GET /proxy/i-weather/moved": () => [302, {}, { location: "/elsewhere" }],
  })
  await send("today")
  await screen.findByText("200 OK")
  await send("moved")
  await screen.findByText("The call did not get through")
  expect(screen.queryByRole("region", { name: "Answer" })).toBeNull()
})
