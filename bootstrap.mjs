// Makes a machine with Node.js >= 18, npm and Python >= 3.11 enough, then runs a TypeScript file in Node.js 24:
//   node bootstrap.mjs dagger/src/cli.ts up
// What it gets goes into .cathouse/ and node_modules/; where all is there, it does nothing. It has no dependencies.
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const NODE = "24.21.0"
const UV = "0.13.9"
const PYTHON = [3, 11]

const root = dirname(fileURLToPath(import.meta.url))
const state = join(root, ".cathouse")
const bin = process.platform === "win32" ? "Scripts" : "bin"

/** Runs `install`, which makes `place`, unless it is there and was made for this very `key`. */
function ensure(name, place, key, install) {
  const stamp = join(state, `${name}.installed`)
  if (existsSync(place) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) return
  process.stderr.write(`getting ready: ${name}\n`)
  mkdirSync(state, { recursive: true })
  install()
  writeFileSync(stamp, key)
}

function run(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8", ...options })
  if (status === 0) return
  const output = error ? error.message : `${stdout}${stderr}`.trim().split("\n").slice(-15).join("\n  ")
  stop(`${[command, ...args].join(" ")} failed.`, output)
}

function stop(what, ...details) {
  process.stderr.write([`refused: ${what}`, ...details.map((line) => `  ${line}`), ""].join("\n"))
  process.exit(2)
}

const hashOf = (...files) => {
  const hash = createHash("sha256")
  for (const file of files) hash.update(readFileSync(join(root, file)))
  return hash.digest("hex")
}

/** The folder of a Node.js that runs TypeScript as it is: the one at work, or one from npm's `node` package. */
function ensureNode() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return dirname(process.execPath)
  const folder = join(state, "node")
  ensure("Node.js 24", folder, NODE, () => run("npm", ["install", "--no-save", "--prefix", folder, `node@${NODE}`]))
  return join(folder, "node_modules", "node", "bin")
}

function findPython() {
  for (const name of ["python3", "python3.13", "python3.12", "python3.11", "python"]) {
    try {
      const version = execFileSync(name, ["-c", "import sys; print(*sys.version_info[:2])"], {
        encoding: "utf8",
        stdio: "pipe",
      })
      const [major, minor] = version.trim().split(" ").map(Number)
      if (major === PYTHON[0] && minor >= PYTHON[1]) return name
    } catch {
      // not here, or not a Python
    }
  }
  stop(
    `Python ${PYTHON.join(".")} or newer was not found.`,
    "Install it, so that python3 starts it, and run the command again.",
  )
}

const [script, ...args] = process.argv.slice(2)
const env = { ...process.env, PATH: [ensureNode(), process.env.PATH].join(delimiter) }

for (const folder of [".", "dagger"]) {
  const name = folder === "." ? "npm packages" : `npm packages of ${folder}`
  ensure(name, join(root, folder, "node_modules"), hashOf(join(folder, "package-lock.json")), () =>
    run("npm", ["ci", "--no-fund", "--no-audit"], { cwd: join(root, folder), env }),
  )
}
const uv = join(state, "uv", bin, "uv")
ensure("uv", uv, UV, () => {
  run(findPython(), ["-m", "venv", join(state, "uv")])
  run(join(state, "uv", bin, "pip"), ["install", "--quiet", `uv==${UV}`])
})
// Its programs name the folder that they are in.
ensure("ministack", join(state, "ministack"), `${state} ${hashOf("dagger/ministack/uv.lock")}`, () =>
  run(uv, ["sync", "--locked", "--project", "dagger/ministack", "--python", findPython()], {
    env: { ...env, UV_PROJECT_ENVIRONMENT: join(state, "ministack"), UV_PYTHON_DOWNLOADS: "never" },
  }),
)

const child = spawn(join(env.PATH.split(delimiter)[0], "node"), [join(root, script), ...args], {
  cwd: root,
  env,
  stdio: "inherit",
})
// Ctrl-C reaches the child by itself, as one of the terminal's group; it ends in its own order, and its code is ours.
process.on("SIGINT", () => {})
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
child.on("exit", (code, signal) => process.exit(signal ? 1 : code))
