import { accessSync, constants } from "node:fs"
import { mkdir, rm } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { chromium, type Browser, type Page } from "playwright-core"
import { repositoryRoot } from "../platform-copy.ts"
import { desktop, inEveryView, refuseBarriers } from "./views.ts"

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

let taken = 0

/** Keeps what is seen now in pictures, in every view. Throws where axe finds a barrier in one of these. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const number = String(++taken).padStart(2, "0")
  await inEveryView(page, async (view) => {
    const path = join(screens, `${number}-${name}-${view.name}.png`)
    if (!view.forcedColors) await page.screenshot({ path, fullPage: true, animations: "disabled" })
    await refuseBarriers(page, `${name}, ${view.name}`, view)
  })
}
