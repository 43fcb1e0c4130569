import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { leanFile } from "../metro.lean"

const packages = join(__dirname, "..", "node_modules")
const endings = [".web.js", ".js", "/index.web.js", "/index.js"]
const atTop = /^(?:(?:const|var) (\w+) = |__exportStar\()?(?:__import(?:Star|Default)\()?require\("([^"]+)"\)/gm

/**
 * What expo-router asks of files that the site has others of, and these have not: as `Sitemap by expo-router/build/ExpoRoot.js`. It
 * follows what is loaded at once from where the site enters it, as Metro does for the web.
 */
export function askedInVain(...entries: string[]): Set<string> {
  const router = join(packages, "expo-router")
  const found = new Set<string>()
  const read = new Set<string>()
  const follow = (file: string) => {
    if (read.has(file)) return
    read.add(file)
    const code = readFileSync(file, "utf8")
    for (const [, variable, name = ""] of code.matchAll(atTop)) {
      const target = resolve(file, name)
      if (!target) continue
      const other = leanFile(target)
      if (other === target) {
        if (target.startsWith(router)) follow(target)
      } else if (variable) {
        const has = readFileSync(other, "utf8")
        for (const asked of namesAsked(code, variable)) {
          if (!new RegExp(`\\b${asked}\\b`).test(has)) found.add(`${asked} by ${relative(router, file)}`)
        }
      }
    }
  }
  for (const entry of entries) follow(join(router, "build", entry))
  return found
}

/** What is read of a module, but for what is only handed on, to whoever asks for it in turn. */
function namesAsked(code: string, variable: string): string[] {
  const lines = code.split("\n").filter((line) => !line.startsWith("Object.defineProperty(exports, "))
  const uses = lines.join("\n").matchAll(new RegExp(`\\b${variable}(?:\\.default)?\\.(\\w+)`, "g"))
  return [...uses].map(([, name = ""]) => name)
}

/** The file that is loaded, as far as it can be another one here: a file beside, or what a package's own name leads to. */
function resolve(file: string, name: string): string | undefined {
  if (name.startsWith(".")) {
    const path = join(dirname(file), name)
    return endings.map((ending) => path + ending).find((one) => existsSync(one) && statSync(one).isFile())
  }
  const folder = join(packages, name === "react-native" ? "react-native-web" : name)
  const manifest = join(folder, "package.json")
  if (!existsSync(manifest)) return undefined
  const { main = "index.js" } = JSON.parse(readFileSync(manifest, "utf8")) as { main?: string }
  return join(folder, main)
}
