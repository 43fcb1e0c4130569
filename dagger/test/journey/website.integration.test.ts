import { randomBytes } from "node:crypto"
import type { Browser, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { chromiumPath, launch, openPage } from "./browser.ts"
import { entryId, register, type Person } from "./person.ts"
import { openPlatform, type Platform } from "./platform.ts"
import { visitor, type Visitor } from "./visitor.ts"

const skipped = chromiumPath ? "" : " (skipped: there is no Chromium on PATH, and CHROMIUM names none)"

describe.skipIf(skipped)(`the website in a browser${skipped}`, () => {
  let platform: Platform
  let browser: Browser
  let page: Page
  let problems: string[]
  let at: Visitor
  let ada: Person

  beforeAll(async () => {
    platform = await openPlatform()
    browser = await launch("website")
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await platform?.environment.close()
  })
  beforeEach(async () => {
    ;({ page, problems } = await openPage(browser))
    at = visitor(page)
    ada = await register(platform.url, "Ada Lovelace")
  })
  afterEach(() => page.close())

  async function open(path: string, person = ada): Promise<void> {
    await page.goto(`${platform.url}/login`)
    await at.logIn(person)
    await page.goto(`${platform.url}${path}`)
  }

  const configuration = { headers: { "X-Api-Key": "saved" }, units: "metric" }
  const installEcho = async () =>
    ada.api.call("PUT", `installation/entries/${await entryId(ada, "echo")}`, configuration)
  const savedConfiguration = async () =>
    (await ada.api.call<{ configuration: object }>("GET", `installation/entries/${await entryId(ada, "echo")}`))
      .configuration

  test("who installs what they have installed already, and logs in on the way, finds its configuration", async () => {
    await installEcho()
    await page.goto(`${platform.url}/entries/echo`)
    await at.link("Install").click()
    await at.logIn(ada)
    await at.sees(at.heading("Configure Echo"))
    await at.sees(at.told("Echo is installed already. This is its configuration."))
    expect(await at.field("Value of header 1").inputValue()).toBe("saved")
    await at.button("Save").click()
    await at.sees(at.told("The configuration of Echo is saved."))
    expect(await savedConfiguration()).toEqual(configuration)
    expect(problems).toEqual([])
  })

  test("Enter twice, and Escape, leave what is installed, and the focus where it was", async () => {
    await installEcho()
    await open("/installed")
    const button = at.button("Uninstall Echo")
    const dialog = page.getByRole("dialog")
    const isFocused = (name: string) => page.locator(":focus").and(at.button(name)).waitFor()
    await button.focus()
    for (const key of ["Enter", "Escape"]) {
      await page.keyboard.press("Enter")
      await isFocused("Keep it")
      await page.keyboard.press(key)
      await dialog.waitFor({ state: "detached" })
      await isFocused("Uninstall Echo")
    }
    expect(await savedConfiguration()).toEqual(configuration)
    await page.keyboard.press("Enter")
    await isFocused("Keep it")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await at.sees(at.told("Echo is uninstalled."))
    await page.locator(":focus").and(at.heading("Installed")).waitFor()
    expect(problems).toEqual([])
  })

  test("a form that was filled in when the session ended is filled in again after the log-in, and is sent once", async () => {
    await open("/publish")
    const slug = `rain-${randomBytes(4).toString("hex")}`
    const typed = { Name: "Rain", Slug: slug, Endpoint: "https://rain.example/v1", Description: "When\nand where" }
    for (const [label, text] of Object.entries(typed)) await at.field(label).fill(text)
    const entries = "**/api/v1/catalog/entries"
    await page.route(
      entries,
      (route) => route.continue({ headers: { ...route.request().headers(), authorization: "Bearer old" } }),
      { times: 1 },
    )
    await at.button("Publish").click()
    await at.sees(at.told("Your session has ended. Log in to go on where you were."))
    await at.logIn(ada)
    for (const [label, text] of Object.entries(typed)) expect(await at.field(label).inputValue()).toBe(text)

    const sent: string[] = []
    page.on("request", (request) => request.method() === "POST" && sent.push(request.url()))
    await page.evaluate(`{
      const button = [...document.querySelectorAll("button")].find(({ innerText }) => innerText === "Publish")
      button.click()
      button.click()
    }`)
    await at.sees(at.told("Rain is published."))
    expect(sent).toHaveLength(1)
    expect(problems.filter((problem) => !problem.includes("401"))).toEqual([])
  })

  test.each(["5", "{}", '{"token": "t"}', '{"token": 1, "account": {}}', "{"])(
    "a stored session of %s is a logged-out one, and no white page",
    async (stored) => {
      await page.goto(platform.url)
      await page.evaluate(`sessionStorage.setItem("session", ${JSON.stringify(stored)})`)
      await page.reload()
      await at.sees(at.heading("Catalogue"))
      await at.sees(at.link("Log in"))
      expect(problems).toEqual([])
    },
  )

  test("pages, scripts and style sheets are sent compressed, as CloudFront does it, but for those of a few bytes", async () => {
    const compressed: string[] = []
    const large: string[] = []
    page.on("response", (response) => {
      const headers = response.headers()
      if (response.url().includes("/api/")) return // which CloudFront hands on as it is
      if (headers["content-encoding"]) compressed.push(response.url())
      else if (Number(headers["content-length"]) >= 1000) large.push(response.url())
    })
    await page.goto(platform.url)
    await at.sees(at.link("Echo"))
    expect(compressed).toEqual(
      expect.arrayContaining([`${platform.url}/`, expect.stringMatching(/\/__common-\w+\.js$/)]),
    )
    expect(large).toEqual([])
  })

  test("Back shows the catalogue where it was left, and an entry has one address", async () => {
    await page.setViewportSize({ width: 390, height: 400 })
    await page.goto(platform.url)
    const link = at.link("httpbin")
    await link.scrollIntoViewIfNeeded()
    const scrolled = () => page.evaluate<number>("scrollY")
    const left = await scrolled()
    expect(left).toBeGreaterThan(100)
    await link.click()
    await at.sees(at.heading("httpbin"))
    expect(new URL(page.url()).pathname).toBe("/entries/httpbin")
    await expect.poll(scrolled).toBe(0)
    await page.goBack()
    await at.sees(at.heading("Catalogue"))
    await expect.poll(async () => Math.abs((await scrolled()) - left)).toBeLessThanOrEqual(1)

    await page.goto(`${platform.url}/entry?id=${await entryId(ada, "httpbin")}`)
    await page.waitForURL(`${platform.url}/entries/httpbin`)
    await page.reload()
    await at.sees(at.heading("httpbin"))
    expect(problems).toEqual([])
  })

  test("an entry has its publisher's name and tags, which filter, can be edited, and is marked once installed", async () => {
    const slug = `fog-${randomBytes(4).toString("hex")}`
    const entry = { slug, name: "Fog", endpoint: "https://fog.example/", tags: [slug, "free"] }
    await ada.api.call("POST", "catalog/entries", entry)
    await installEcho()
    await open(`/?tag=${slug}`)
    const card = page.getByRole("article").filter({ hasText: slug })
    await at.sees(card.getByText("by Ada Lovelace"))
    expect(await page.getByRole("article").count()).toBe(1)
    await at.button(slug).click()
    const echo = page.getByRole("article").filter({ hasText: "Answers with what it was sent" })
    await at.sees(echo.getByText("Installed", { exact: true }))
    expect(await card.getByText("Installed", { exact: true }).count()).toBe(0)

    await card.getByRole("link").click()
    await at.sees(page.getByText("Ada Lovelace (you)"))
    await at.link("Edit Fog").click()
    await at.field("Tags").fill("Mist, not a tag")
    await at.button("Save").click()
    await at.sees(page.getByText("“not a tag”: Letters, digits and single hyphens, such as open-data"))
    await page.locator(":focus").and(at.field("Tags")).waitFor()
    await at.field("Tags").fill("Mist")
    await at.button("Save").click()
    await at.sees(at.told("Fog is changed."))
    await at.link("mist").click()
    await at.sees(card)
    expect(new URL(page.url()).search).toBe("?tag=mist")
    expect(problems.filter((problem) => !problem.includes("422"))).toEqual([])
  })

  test("with the user's own colours, the tab of the page that is shown differs from others, and a chosen tag from one that is not", async () => {
    const slug = `ice-${randomBytes(4).toString("hex")}`
    const entry = { slug, name: "Ice", endpoint: "https://ice.example/", tags: [slug] }
    await ada.api.call("POST", "catalog/entries", entry)
    await page.emulateMedia({ forcedColors: "active" })
    await page.goto(`${platform.url}/?tag=${slug}`)
    await at.sees(page.locator("[aria-pressed=true]"))
    const seen = (selector: string) =>
      page.evaluate<string>(`(({ borderBottom, backgroundColor }) => borderBottom + backgroundColor)(
        getComputedStyle(document.querySelector("${selector}")),
      )`)
    expect(await seen("nav [aria-current]")).not.toBe(await seen("nav a:not([aria-current])"))
    const chosen = await seen("[aria-pressed=true]")
    await at.button(slug).click()
    await at.sees(at.button(slug).and(page.locator("[aria-pressed=false]")))
    expect(await seen("[aria-pressed=false]")).not.toBe(chosen)
  })

  test("an account is deleted after a question with the focus on the safe choice, unless others need its entries", async () => {
    const slug = `hail-${randomBytes(4).toString("hex")}`
    const entry = { slug, name: "Hail", endpoint: "https://hail.example/" }
    const { id } = await ada.api.call<{ id: string }>("POST", "catalog/entries", entry)
    const grace = await register(platform.url)
    await grace.api.call("PUT", `installation/entries/${id}`, {})

    await open("/")
    await at.link(ada.email).click()
    await at.sees(at.heading("Account"))
    await at.button("Delete your account").focus()
    await page.keyboard.press("Enter")
    await page.locator(":focus").and(at.button("Keep it")).waitFor()
    await page.keyboard.press("Enter")
    await page.locator(":focus").and(at.button("Delete your account")).waitFor()
    await page.keyboard.press("Enter")
    await at.button("Yes, delete it").click()
    await at.sees(page.getByRole("dialog").getByText("Others have installed its entries"))

    await grace.api.call("DELETE", `installation/entries/${id}`)
    await at.button("Yes, delete it").click()
    await at.sees(at.told("Your account is deleted."))
    await at.sees(at.heading("Catalogue"))
    await at.sees(at.link("Log in"))
    await expect(ada.api.logIn(ada)).rejects.toThrow("401")
    expect(problems.filter((problem) => !problem.includes("409"))).toEqual([])
  })

  test.each(["auth", "catalog", "installation", "proxy"])(
    "the documentation of %s works at both addresses, without the Internet",
    async (service) => {
      for (const address of [platform.url, platform.apiUrl]) {
        const elsewhere: string[] = []
        await page.route(
          (url) => url.origin !== address && url.protocol !== "data:",
          (route) => {
            elsewhere.push(route.request().url())
            return route.abort()
          },
        )
        await page.goto(`${address}/api/v1/${service}/docs`)
        await at.sees(page.getByText("How to get a token"))
        await at.sees(page.getByText(/^This is version [0-9a-f]{12}, in local\.$/))
        const health = page.locator("#operations-tag-health, [id^=operations-]").filter({ hasText: "/health" }).first()
        await health.getByRole("button").first().click()
        await health.getByRole("button", { name: "Try it out" }).click()
        await health.getByRole("button", { name: "Execute" }).click()
        await at.sees(health.locator(".live-responses-table").getByText("200", { exact: true }))
        expect(elsewhere).toEqual([])
        expect(problems).toEqual([])
        await page.unrouteAll()
      }
    },
  )
})
