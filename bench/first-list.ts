import type { Browser } from "playwright-core"
import { openLocal } from "../dagger/commands/environment.ts"
import { publishSample } from "../dagger/commands/sample.ts"
import { deploy } from "../dagger/delivery/deploy.ts"
import { nodeRunner } from "../dagger/node/runner.ts"
import { chromiumPath, launch, openPage } from "../dagger/test/journey/browser.ts"
import { median, type Figure } from "./figure.ts"
import { silent } from "./silent.ts"

/** A phone on 3G: 1.6 Mb/s, 150 ms, a processor of a quarter of this one's speed */
const network = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 }
const slowdown = 4

const rounds = 5

/** How long a first visitor waits, on such a phone, until the catalogue's first entry is there. */
export async function measureFirstList(root: string): Promise<Figure[]> {
  if (!chromiumPath) {
    console.log("skipped: the website's first list, as there is no Chromium on PATH, and CHROMIUM names none")
    return []
  }
  const environment = await openLocal(nodeRunner(root, { ...silent, close() {} }), {}, silent)
  const browser = await launch("bench")
  try {
    await deploy(environment.target, await environment.artifacts(), silent)
    const { publicUrl, site } = environment.target.infrastructure
    await publishSample(environment.target.platform, publicUrl, environment.echo!, silent)
    const seconds: number[] = []
    for (let round = 0; round < rounds; round++) seconds.push(await visit(browser, site!.url))
    const typical = median(seconds)
    return [
      ["first list of the website, 1.6 Mb/s, 4× slower processor", `${typical.toFixed(2)} s`, "3 s", typical <= 3],
    ]
  } finally {
    await browser.close()
    await environment.close()
  }
}

async function visit(browser: Browser, url: string): Promise<number> {
  const { page } = await openPage(browser)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send("Network.emulateNetworkConditions", network)
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown })
  const started = performance.now()
  await page.goto(url, { waitUntil: "commit" })
  await page.getByRole("article").first().waitFor()
  const seconds = (performance.now() - started) / 1000
  await page.close()
  return seconds
}
