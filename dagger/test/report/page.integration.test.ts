import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { describeRecorded } from "../../delivery/records/describe.ts"
import { reportHtml } from "../../report/html.ts"
import { silent, stage, version } from "../delivery/stage.ts"
import { chromiumPath, launch, openPage, screenshot } from "../journey/browser.ts"

const widths = [320, 390, 1280]

/** The page of a deploy that went well, of one that was rolled back, and of one that was refused. */
async function drawAll(): Promise<Record<string, string>> {
  const { target } = await stage({ bbb: { status: 500 } })
  const draw = async () => reportHtml(target, await describeRecorded(target, undefined))
  const attempt = (artifacts: Parameters<typeof deploy>[1]) => deploy(target, artifacts, silent).catch(() => {})
  await attempt(version("aaa"))
  const good = await draw()
  await attempt(version("aaa", { proxy: "bbb" }))
  const rolledBack = await draw()
  await attempt({ ...version("aaa"), secrets: { JWT_SECRET: "short" } })
  return { good, "rolled-back": rolledBack, refused: await draw() }
}

describe.skipIf(!chromiumPath)(`the report${chromiumPath ? "" : " (skipped: there is no Chromium)"}`, () => {
  let browser: Browser
  let folder: string

  beforeAll(async () => {
    browser = await launch("report")
    folder = await mkdtemp(join(tmpdir(), "cat-house-report-"))
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test("asks for nothing, fits a phone, and has no barrier, light and dark", async () => {
    for (const [name, html] of Object.entries(await drawAll())) {
      const file = join(folder, `${name}.html`)
      await writeFile(file, html)
      const { page, problems } = await openPage(browser)
      const asked: string[] = []
      page.on("request", (request) => asked.push(request.url()))
      await page.goto(pathToFileURL(file).href)
      for (const width of widths) {
        await page.setViewportSize({ width, height: 844 })
        const inner = await page.evaluate("document.documentElement.scrollWidth")
        expect(inner, `${name} at ${width} px`).toBeLessThanOrEqual(width)
      }
      await screenshot(page, `report-${name}`) // and no barrier
      expect(asked).toEqual([pathToFileURL(file).href])
      expect(problems).toEqual([])
      await page.close()
    }
  })
})
