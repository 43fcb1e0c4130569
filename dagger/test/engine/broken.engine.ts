import { appendFile, cp, mkdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { commitCopy, copyPlatform, repositoryRoot } from "../platform-copy.ts"
import { dagger } from "./dagger.ts"

/** Each thing that can be broken in a working copy, by itself: what is broken, the call that meets it, and what it says. */
const broken: [what: string, file: string, content: string, call: string[], first: RegExp, told: RegExp][] = [
  [
    "a service's syntax",
    "services/catalog/app/main.py",
    "def (\n",
    ["deploy", "--env", "local"],
    /^refused: the image of catalog could not be built\.$/,
    /SyntaxError/,
  ],
  [
    "a Dockerfile",
    "services/auth/Dockerfile",
    "FRM nothing\n",
    ["build", "--service", "auth"],
    /^refused: the image of auth could not be built\.$/,
    /unknown instruction: FRM/,
  ],
  [
    "a lock file",
    "services/uv.lock",
    "]]\n",
    ["build", "--service", "auth"],
    /^refused: the image of auth could not be built\.$/,
    /TOML|parse/i,
  ],
  [
    "a test",
    "services/auth/tests/test_broken.py",
    "def test_broken() -> None:\n    assert 1 == 2\n",
    ["test", "--service", "auth", "--suite", "unit"],
    /^failed: auth.*test_broken$/,
    /assert 1 == 2/,
  ],
  [
    "the form of a file",
    "services/auth/app/formless.py",
    "x=1\n",
    ["lint", "--check", "black", "--working-copy", "."],
    /^failed: .*black/,
    /would reformat .*formless\.py/,
  ],
  [
    "a migration",
    "services/auth/migrations/versions/0003_broken.py",
    'from alembic import op\n\nrevision = "0003"\ndown_revision = "0002"\n\n\ndef upgrade():\n    op.execute("ALTER TABLE nowhere ADD x int")\n',
    ["deploy", "--env", "local"],
    /^refused: .*migration/,
    /nowhere/,
  ],
  [
    "the website",
    "frontend/src/config.ts",
    "export const = 1\n",
    ["deploy", "--env", "local"],
    /^refused: the site could not be exported\.$/,
    /config\.ts/,
  ],
]

let root: string

beforeAll(async () => {
  root = await copyPlatform()
  await rm(join(root, ".cathouse"), { recursive: true })
  await mkdir(join(root, "infra", "environment"), { recursive: true })
  for (const name of ["headers.json", "spa.js"])
    await cp(join(repositoryRoot, "infra", "environment", name), join(root, "infra", "environment", name))
  commitCopy(root)
})
afterAll(() => rm(root, { recursive: true, force: true }))

test.each(broken)(
  "%s that is broken is told in the outcome's first line, and in few",
  async (_, file, content, call, first, told) => {
    const path = join(root, file)
    const isNew = await appendFile(path, content, { flag: "ax" }).then(
      () => true,
      () => false,
    )
    const restore = join(root, ".git", "restored")
    if (!isNew) {
      await cp(path, restore)
      await appendFile(path, content)
    }
    try {
      const { exitCode, stderr } = await dagger(
        "call",
        "--source",
        root,
        ...call.map((word) => (word === "." ? root : word)),
      )
      expect(exitCode).not.toBe(0)
      const lines = stderr
        .slice(stderr.lastIndexOf("\nError: ") + "\nError: ".length)
        .trimEnd()
        .split("\n")
      expect(lines[0]).toMatch(first)
      expect(lines.join("\n")).toMatch(told)
      expect(lines.length).toBeLessThanOrEqual(20)
      expect(Math.max(...lines.map((line) => line.replace(/ \[traceparent:.*\]$/, "").length))).toBeLessThanOrEqual(204)
    } finally {
      if (isNew) await rm(path)
      else await cp(restore, path)
    }
  },
)
