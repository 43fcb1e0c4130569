const { createHash } = require("node:crypto")
const { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs")
const { basename, dirname, join } = require("node:path")

const folder = "_expo/static/css"
const link = new RegExp(`<link rel="(?:preload|stylesheet)" href="/(${folder}/[^"]+)"[^>]*>`, "g")

const filesOf = (dist, ending) =>
  readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(ending))

/** Makes one style sheet of those that Expo exports for each CSS file: a browser asked for 23 before it could draw a page. */
function mergeStyleSheets(dist) {
  const pages = filesOf(dist, ".html")
  const sheets = [...new Set(pages.flatMap((page) => sheetsIn(readFileSync(join(dist, page), "utf8"))))]
  const css = sheets.map((sheet) => readFileSync(join(dist, sheet), "utf8")).join("\n")
  const merged = `${folder}/site-${createHash("md5").update(css).digest("hex")}.css`
  for (const sheet of sheets) rmSync(join(dist, sheet))
  writeFileSync(join(dist, merged), css)
  for (const page of pages) linkTo(merged, join(dist, page))
}

const sheetsIn = (html) => [...html.matchAll(link)].map(([, sheet]) => sheet)

function linkTo(sheet, page) {
  const html = readFileSync(page, "utf8").replace(link, "")
  writeFileSync(page, html.replace("</head>", `<link rel="stylesheet" href="/${sheet}"></head>`))
}

/**
 * Gives the scripts of routes such as +not-found and [slug] names that are the same in an address: S3 takes a plus sign in
 * one for a blank.
 */
function renameScripts(dist) {
  const scripts = filesOf(dist, ".js")
  const names = scripts.map((path) => basename(path)).filter((name) => plain(name) !== name)
  const renamed = (text) => names.reduce((done, name) => done.replaceAll(name, plain(name)), text)
  for (const path of [...scripts, ...filesOf(dist, ".html")]) {
    const text = readFileSync(join(dist, path), "utf8")
    if (renamed(text) !== text) writeFileSync(join(dist, path), renamed(text))
  }
  for (const path of scripts) renameSync(join(dist, path), join(dist, dirname(path), plain(basename(path))))
}

const plain = (name) => name.replace(/[^\w.-]/g, "")

const dist = process.argv[2] ?? "dist"
mergeStyleSheets(dist)
renameScripts(dist)
renameSync(join(dist, "+not-found.html"), join(dist, "404.html"))
