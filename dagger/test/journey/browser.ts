import { accessSync, constants } from "node:fs"
import { mkdir, rm } from "node:fs/promises"
import { delimiter, join } from "node:path"
import axe, { type AxeResults } from "axe-core"
import { chromium, type Browser, type Page } from "playwright-core"
import { repositoryRoot } from "../platform-copy.ts"

/** Where this file's screenshots go */
let screens: string

/** The browser of this machine: CHROMIUM, or what a distribution calls it. Nothing is downloaded. */
export const chromiumPath = [process.env.CHROMIUM, ...onPath("chromium", "chromium-browser", "google-chrome")].find(
  (path) => path && isExecutable(path),
)

function onPath(...names: string[]): string[] {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"]
  return names.flatMap((name) => folders.map((folder) => join(folder, name)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Starts the browser; screenshots go to a folder of `reports/screens`. */
export async function launch(folder: string): Promise<Browser> {
  screens = join(repositoryRoot, "reports", "screens", folder)
  await rm(screens, { recursive: true, force: true })
  await mkdir(screens, { recursive: true })
  return chromium.launch(chromiumPath ? { executablePath: chromiumPath } : {})
}

/** A page without a past, and what has gone wrong in it: whatever the browser's console would show in colour. */
export async function openPage(browser: Browser): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage({ viewport: desktop, reducedMotion: "reduce" })
  page.setDefaultTimeout(15_000)
  const problems: string[] = []
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`)
  })
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`))
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`)
  })
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText
    // The page has called it off itself: one has typed on, or gone elsewhere.
    if (reason !== "net::ERR_ABORTED") problems.push(`${reason}: ${request.url()}`)
  })
  return { page, problems }
}

const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

let taken = 0

/** What axe finds wrong with a page as it is seen now, by the rule's name and where. */
async function barriers(page: Page, { forcedColors }: { forcedColors: boolean }): Promise<string[]> {
  await page.evaluate(axe.source)
  // Forced colours are the user's own; axe would judge those that they take the place of.
  const rules = { "color-contrast": { enabled: !forcedColors } }
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify({ rules })})`)
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`))
}

/**
 * Keeps what is seen now: at a desktop's and at a phone's width, light and dark. Throws where axe finds a barrier in any of
 * these, or with forced colours.
 */
export async function screenshot(page: Page, name: string): Promise<void> {
  const number = String(++taken).padStart(2, "0")
  for (const [device, size] of Object.entries({ phone, desktop })) {
    await page.setViewportSize(size)
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme })
      const path = join(screens, `${number}-${name}-${device}-${colorScheme}.png`)
      await page.screenshot({ path, fullPage: true, animations: "disabled" })
      await refuseBarriers(page, `${name}, ${device}, ${colorScheme}`, { forcedColors: false })
    }
    await page.emulateMedia({ forcedColors: "active" })
    await refuseBarriers(page, `${name}, ${device}, forced colours`, { forcedColors: true })
    await page.emulateMedia({ forcedColors: "none" })
  }
}

/** Whether the page is wider than a phone's screen, so that one has to scroll sideways. */
export async function overflowsOnPhone(page: Page): Promise<boolean> {
  await page.setViewportSize(phone)
  const wide = await page.evaluate<boolean>("document.body.parentNode.scrollWidth > innerWidth")
  await page.setViewportSize(desktop)
  return wide
}

async function refuseBarriers(page: Page, where: string, colors: { forcedColors: boolean }): Promise<void> {
  const found = await barriers(page, colors)
  if (found.length > 0) throw new Error(`${where}: axe finds ${found.join("; ")}`)
}
