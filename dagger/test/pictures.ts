import serialize from "@xterm/addon-serialize"
import xterm from "@xterm/headless"
import { execFile, spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { chromium, type Browser } from "playwright-core"
import { chromiumPath } from "./journey/browser.ts"
import { copyPlatform, repositoryRoot } from "./platform-copy.ts"

/**
 * Makes the pictures of `docs/pictures` anew, of what the commands print now, in a copy of the platform: npm run pictures.
 * Needs Chromium, and python3 for a terminal.
 */
const pictures = join(repositoryRoot, "docs", "pictures")
const cli = join(repositoryRoot, "dagger", "node", "cli.ts")

const theme = { background: "#0d1117", foreground: "#e6edf3", green: "#3fb950", red: "#f85149", cyan: "#39c5cf" }

/** A command on a terminal of its own: what it shows there, and its end. */
function onTerminal(root: string, args: string[], columns: number) {
  const screen = new xterm.Terminal({ cols: columns, rows: 70, allowProposedApi: true, theme })
  const addon = new serialize.SerializeAddon()
  screen.loadAddon(addon)
  const program = `stty cols ${columns} rows 70; exec "$0" "$@"`
  const inTerminal = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
  const child = spawn("python3", ["-c", inTerminal, "sh", "-c", program, process.execPath, cli, ...args], {
    cwd: root,
    env: { ...process.env, TERM: "xterm-256color", FORCE_COLOR: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  })
  let text = ""
  const waiting: (() => void)[] = []
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString()
    screen.write(chunk)
    for (const look of waiting) look()
  })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const says = (wanted: string) =>
    new Promise<void>((resolve) => waiting.push(() => text.includes(wanted) && resolve()))
  /** The screen as HTML. */
  const html = () =>
    new Promise<string>((resolve) =>
      screen.write("", () => resolve(addon.serializeAsHTML({ includeGlobalBackground: true }))),
    )
  return { ended, says, html, text: () => text, interrupt: () => child.stdin.write("\x03") }
}

/** Those below what was said */
const blankRows = /(<div><span>\s*<\/span><\/div>\s*)+(?=<\/div>\s*$)/

async function photograph(browser: Browser, name: string, prompt: string, screen: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 300 }, deviceScaleFactor: 1.5 })
  const rows = /<pre>([^]*)<\/pre>/.exec(screen)![1]!.replace(blankRows, "")
  await page.setContent(
    `<style>
      body { margin: 0; width: max-content; background: ${theme.background} }
      main { padding: 16px; color: ${theme.foreground}; font: 13px/1.45 "DejaVu Sans Mono", monospace; white-space: pre }
      main div { min-height: 1.45em }
      .prompt { color: ${theme.green} }
    </style><main><div class="prompt">$ ${prompt}</div>${rows}</main>`,
  )
  await page.locator("main").screenshot({ path: join(pictures, `${name}.png`) })
  await page.close()
}

async function photographReport(browser: Browser, html: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "cat-house-picture-"))
  const file = join(folder, "report.html")
  await writeFile(file, html)
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport: { width: 1000, height: 800 }, colorScheme })
    await page.goto(pathToFileURL(file).href)
    await page.screenshot({ path: join(pictures, `report-${colorScheme}.png`), fullPage: true })
    await page.close()
  }
  await rm(folder, { recursive: true })
}

const root = await copyPlatform()
const browser = await chromium.launch(chromiumPath ? { executablePath: chromiumPath } : {})
const run = async (columns: number, ...args: string[]) => {
  const shown = onTerminal(root, args, columns)
  await shown.ended
  return shown
}
try {
  const up = onTerminal(root, ["up"], 110)
  await up.says("is told here:")
  await photograph(browser, "npm-start", "npm start", await up.html())

  const main = join(root, "services", "proxy", "app", "main.py")
  const source = await readFile(main, "utf8")
  await writeFile(main, `from app.settings import Setings\n${source}`)
  const broken = await run(110, "deploy")
  await photograph(browser, "rolled-back", "npm run cathouse -- deploy", await broken.html())
  const { stdout: report } = await promisify(execFile)(process.execPath, [cli, "report"], { cwd: root, maxBuffer: 1e7 })
  await photographReport(browser, report)
  await photograph(browser, "status", "npm run cathouse -- status", await (await run(80, "status")).html())

  const url = /Services +(http:\/\/[^/]+)/.exec(up.text())![1]!
  const trace = "7f3c1e9a"
  const who = JSON.stringify({ email: "tom@cats.example", password: "a-cat-in-the-house" })
  const headers = { "content-type": "application/json", "X-Trace-ID": trace }
  await fetch(`${url}/api/v1/auth/login`, { method: "POST", headers, body: who })
  await fetch(`${url}/api/v1/catalog/entries`, { headers })
  const logs = await run(100, "logs", "--trace", trace)
  await photograph(browser, "logs", `npm run cathouse -- logs --trace ${trace}`, await logs.html())
  up.interrupt()
  await up.ended
} finally {
  await browser.close()
  await rm(root, { recursive: true, force: true })
}
