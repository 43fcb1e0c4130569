import { randomBytes } from "node:crypto"
import type { Browser, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import type { LocalEnvironment } from "../../commands/environment.ts"
import { ApiClient } from "./api.ts"
import { chromiumPath, launch, openPage, screenshot } from "./browser.ts"
import { openPlatform } from "./platform.ts"
import { crowdedOnPhone } from "./views.ts"
import { visitor, type Visitor } from "./visitor.ts"

let environment: LocalEnvironment
let url: string

beforeAll(async () => {
  ;({ environment, url } = await openPlatform())
}, 300_000)
afterAll(() => environment?.close())

/** The JSON lines of a service's log in CloudWatch Logs that have a trace id. */
async function linesOf(service: string, traceId: string): Promise<Record<string, unknown>[]> {
  const logs = await environment.target.aws.logs()
  const logGroupName = environment.target.infrastructure.logGroups[service]
  const { events = [] } = await logs.filterLogEvents({ logGroupName, filterPattern: `"${traceId}"` })
  return events.map(({ message }) => JSON.parse(message!) as Record<string, unknown>)
}

test("one X-Trace-ID is in the JSON logs of every service that registering, installing and calling touched", async () => {
  const traceId = randomBytes(16).toString("hex")
  const api = new ApiClient(url, traceId)
  const credentials = { email: `${traceId}@cats.example`, password: randomBytes(12).toString("hex") }
  await api.call("POST", "auth/register", credentials)
  await api.logIn(credentials)
  const { items } = await api.call<{ items: { id: string; slug: string }[] }>("GET", "catalog/entries?q=echo")
  const entry = items.find(({ slug }) => slug === "echo")!
  const configuration = { headers: { "X-House": "of cats" } }
  const installed = await api.call<{ id: string }>("PUT", `installation/entries/${entry.id}`, configuration)
  const echoed = await api.call<{ path: string; headers: Record<string, string> }>("GET", `proxy/${installed.id}/purr`)
  expect(echoed.path).toBe("/purr")
  expect(echoed.headers).toMatchObject({ "x-house": "of cats", "x-trace-id": traceId })
  expect(echoed.headers.traceparent).toContain(`-${traceId}-`)

  const touched = {
    auth: ["POST", "/register", 201],
    catalog: ["GET", "/entries", 200],
    installation: ["PUT", "/entries/{entry_id}", 201],
    proxy: ["GET", "/{installation_id}/{path}", 200],
  } as const
  for (const [service, [method, route, status]] of Object.entries(touched)) {
    // The awslogs driver sends lines a moment after they were written.
    const written = async () => {
      const found = await linesOf(service, traceId)
      return found.length > 0 && found
    }
    const lines = await vi.waitUntil(written, { timeout: 30_000 })
    expect(lines).toContainEqual(
      expect.objectContaining({
        trace_id: traceId,
        service,
        environment: "local",
        method,
        route: `/api/v1/${service}${route}`,
        status,
      }),
    )
    expect(JSON.stringify(lines)).not.toContain(credentials.password)
  }
})

const account = { email: "minka@cats.example", password: "nine-lives-at-least" }
const entry = { name: "Purring", slug: "purring", description: "Answers whoever calls it." }

const skipped = chromiumPath ? "" : " (skipped: there is no Chromium on PATH, and CHROMIUM names none)"

describe.skipIf(skipped)(`in a browser${skipped}`, () => {
  let browser: Browser
  let page: Page
  let problems: string[]
  let sees: Visitor["sees"]
  let heading: Visitor["heading"]
  let button: Visitor["button"]
  let link: Visitor["link"]
  let goTo: Visitor["goTo"]
  let field: Visitor["field"]
  let told: Visitor["told"]

  beforeAll(async () => {
    browser = await launch("journey")
    ;({ page, problems } = await openPage(browser))
    ;({ sees, heading, button, link, goTo, field, told } = visitor(page))
  })
  afterAll(() => browser?.close())

  async function keepScreen(name: string): Promise<void> {
    await screenshot(page, name)
    expect(await crowdedOnPhone(page), name).toEqual([])
  }

  test("a person registers, publishes, searches, installs, calls, uninstalls and logs out, and sees what they did", async () => {
    await page.goto(url)
    await sees(heading("Catalogue"))
    await sees(link("Echo"))
    await keepScreen("catalogue")

    await link("Register").click()
    await button("Register").click()
    await sees(page.getByText("Please look at what is marked."))
    await keepScreen("register-refused")
    await field("E-mail address").fill(account.email)
    await field("Password").fill(account.password)
    await keepScreen("register")
    await button("Register").click()
    await sees(page.getByText(account.email))

    await goTo("Publish")
    await field("Name").fill(entry.name)
    await field("Slug").fill(entry.slug)
    await field("Endpoint").fill(`http://${environment.echo}/`)
    await field("Description").fill(entry.description)
    await keepScreen("publish")
    await button("Publish").click()
    await sees(told(`${entry.name} is published.`))
    await sees(heading(entry.name))
    await keepScreen("entry")
    await link(`Edit ${entry.name}`).click()
    await sees(heading(`Edit ${entry.name}`))
    await keepScreen("edit")

    await goTo("Catalogue")
    await field("Search the catalogue").fill("no such cat")
    await sees(page.getByText("Nothing is called “no such cat”"))
    await keepScreen("nothing-found")
    await field("Search the catalogue").fill("purr")
    await sees(link(entry.name))
    await link("Echo").waitFor({ state: "detached" })
    await keepScreen("search")

    await link(entry.name).click()
    await link("Install").click()
    await field("Name of header 1").fill("X-House")
    await field("Value of header 1").fill("of cats")
    await keepScreen("install")
    await button("Install").click()
    await sees(told(`${entry.name} is installed.`))
    await sees(heading("Installed"))
    await sees(link(entry.name))
    await keepScreen("installed")

    await link(`Configure ${entry.name}`).click()
    await sees(heading(`Configure ${entry.name}`))
    await keepScreen("configure")

    await goTo("Installed")
    await link(`Call ${entry.name}`).click()
    await field("Path").fill("/purr?loudly=yes")
    await button("Send").click()
    await sees(page.getByRole("status").getByText("200"))
    const answer = await page.getByRole("region", { name: "Body" }).innerText()
    expect(answer).toContain('"path": "/purr?loudly=yes"')
    expect(answer).toContain('"x-house": "of cats"')
    await keepScreen("call")

    await goTo("Installed")
    await button(`Uninstall ${entry.name}`).click()
    await sees(page.getByRole("dialog", { name: `Uninstall ${entry.name}?` }))
    await keepScreen("uninstall")
    await button("Yes, uninstall it").click()
    await sees(told(`${entry.name} is uninstalled.`))
    await sees(page.getByText("Nobody has moved in yet"))
    await keepScreen("nothing-installed")

    await link(account.email).click()
    await sees(heading("Account"))
    await keepScreen("account")
    await button("Delete your account").click()
    await sees(page.getByRole("dialog", { name: "Delete your account?" }))
    await keepScreen("delete-account")
    await button("Keep it").click()

    await button("Log out").click()
    await sees(told("You are logged out."))
    await sees(link("Log in"))
    expect(problems).toEqual([])
  })

  test("with the keyboard alone, a person logs in", async () => {
    await page.goto(`${url}/login`)
    await sees(heading("Log in"))
    await keepScreen("log-in")
    await tabTo(field("E-mail address"))
    await page.keyboard.type(account.email)
    await tabTo(field("Password"))
    await page.keyboard.type(account.password)
    await page.keyboard.press("Enter")
    await sees(button("Log out"))
    await tabTo(button("Log out"))
    await page.keyboard.press("Enter")
    await sees(told("You are logged out."))
    expect(problems).toEqual([])
  })

  test("the page on what stands behind it finds every service healthy", async () => {
    await page.goto(`${url}/about`)
    await sees(heading("About"))
    await page
      .getByText(/^Healthy/)
      .nth(3)
      .waitFor()
    await keepScreen("about")
    expect(problems).toEqual([])
  })

  test("an address that leads nowhere has a page, too", async () => {
    await page.goto(`${url}/no/such/page`)
    await sees(heading("Nothing here"))
    await keepScreen("nothing-here")
    expect(problems.splice(0).filter((problem) => !problem.includes("404"))).toEqual([])
  })

  /** Presses Tab until something has the focus, which nobody should have to do often. */
  async function tabTo(what: Locator): Promise<void> {
    for (let press = 0; press < 20; press++) {
      if ((await what.and(page.locator(":focus")).count()) === 1) return
      await page.keyboard.press("Tab")
    }
    throw new Error("Tab does not lead there")
  }
})
