import fc from "fast-check"
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { beforeEach, describe, expect, onTestFinished, test } from "vitest"
import { inputsOfImage, inputsOfSite } from "../../platform/inputs.ts"
import { allButInputs, allButWhatIsChecked } from "../../src/working-copy.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { service } from "./manifests.ts"

let root: string

const write = async (path: string, content = path) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
}

const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" })

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cat-house-inputs-"))
  onTestFinished(() => rm(root, { recursive: true }))
  await write("frontend/app.json")
  await write("services/auth/Dockerfile")
})

/** Names and patterns that meet often: folders that tools make, a case that differs, and what globs take for patterns. */
const name = fc.constantFrom("dist", "coverage", "a", "A", "b.py", "[id].tsx", "ü b", "x.pyc", "x#y", "!z", ".hidden")
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"))
const pattern = fc.oneof(
  name.map((one) => one.replace(/[[!]/g, "\\$&")),
  fc.constantFrom("*.pyc", "dist/", "/a/", "**/coverage", "a/**", "!b.py", "!dist/", "a/b.py", ".*", "*", "# a", ""),
)
const tree = fc.record({
  paths: fc.uniqueArray(path, { minLength: 1, maxLength: 12 }),
  rules: fc.array(pattern, { maxLength: 4 }),
  deeper: fc.array(pattern, { maxLength: 3 }),
})

test("what a build gets is what git tracks, or would track, of any tree", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(tree, async ({ paths, rules, deeper }) => {
      await rm(root, { recursive: true })
      await write("frontend/app.json")
      git("init", "--quiet")
      for (const one of paths) await write(`frontend/${one}`).catch(() => undefined) // a file is where a folder would be
      await write(".gitignore", rules.join("\n"))
      await write("frontend/a/.gitignore", deeper.join("\n")).catch(() => undefined)
      const known = git("-c", "core.excludesFile=", "ls-files", "-coz", "--exclude-standard", "--", "frontend")
      const expected = known.split("\0").filter((one) => one !== "")
      const inputs = await inputsOfSite(root, "frontend")
      expect(inputs.map(({ path }) => `frontend/${path}`)).toEqual(expected.toSorted())
    }),
    { numRuns: 60 },
  )
})

describe("links", () => {
  test("lead to what a build gets in their place", async () => {
    await write("services/common/words.py")
    await write("services/common/more/deep.py")
    await mkdir(join(root, "services/auth/app"))
    await symlink("../../common/words.py", join(root, "services/auth/app/words.py"))
    await symlink("../../common/more", join(root, "services/auth/app/more"))
    const inputs = await inputsOfImage(root, service("auth").build)
    expect(inputs.filter(({ path }) => path.startsWith("auth/app"))).toEqual([
      { path: "auth/app/more/deep.py", from: "services/common/more/deep.py", executable: false },
      { path: "auth/app/words.py", from: "services/common/words.py", executable: false },
    ])
  })

  test.each([
    ["nowhere", /services\/auth\/link is a link to nowhere/],
    ["../../README.md", /services\/auth\/link is a link to README\.md, outside of services\//],
    ["/etc/hosts", /services\/auth\/link is a link to .*etc\/hosts, outside of services\//],
    ["../auth", /services\/auth\/link is a link to a folder that it is in/],
  ])("to %s are refused by name", async (target, words) => {
    await write("README.md")
    await symlink(target, join(root, "services/auth/link"))
    await expect(inputsOfImage(root, service("auth").build)).rejects.toThrow(words)
  })

  test("that .gitignore names, as editors make them, are none", async () => {
    await write(".gitignore", ".#*")
    await symlink("cat@house.1234", join(root, "services/auth/.#main.py"))
    expect((await inputsOfImage(root, service("auth").build)).map(({ path }) => path)).toEqual(["auth/Dockerfile"])
  })
})

test("a name that is not UTF-8 is refused", async () => {
  await writeFile(Buffer.concat([Buffer.from(`${root}/frontend/caf`), Buffer.from([0xe9])]), "")
  await expect(inputsOfSite(root, "frontend")).rejects.toThrow(/frontend\/ has a file whose name is not UTF-8: caf/)
})

describe("this repository", () => {
  /** `.gitignore` as Dagger writes patterns, of a folder */
  const ignored = async (folder: string): Promise<string[]> => {
    const lines = (await readFile(join(repositoryRoot, folder, ".gitignore"), "utf8")).split("\n")
    return lines.flatMap((line) => {
      const rule = line.replace(/\/$/, "")
      if (rule === "" || rule.startsWith("#")) return []
      return rule.startsWith("/") ? `${folder}${rule.slice(1)}` : `${folder}**/${rule}`
    })
  }

  test("of services and website the module's source leaves out just what .gitignore names", async () => {
    const left = [...(await ignored("")), ...(await ignored("frontend/"))]
    const within = left.filter((rule) => rule.startsWith("**/") || rule.startsWith("frontend/"))
    const given = allButInputs.filter((rule) => rule.startsWith("**/") || rule.startsWith("frontend/"))
    expect(given.toSorted()).toEqual(within.toSorted())
    expect(allButWhatIsChecked).toEqual(expect.arrayContaining(within))
  })

  test("the image of auth is built from its program, its migrations and what all share, not from tests", async () => {
    const paths = (await inputsOfImage(repositoryRoot, service("auth").build)).map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining(["auth/Dockerfile", "auth/app/main.py", "auth/alembic.ini", "uv.lock"]),
    )
    expect(paths.filter((path) => /tests|testing|catalog|pytest/.test(path))).toEqual([])
  })

  test.skipIf(!existsSync(join(repositoryRoot, ".git")))("git tracks nothing that .gitignore names", () => {
    const tracked = execFileSync("git", ["-c", "safe.directory=*", "ls-files", "-ci", "--exclude-standard"], {
      cwd: repositoryRoot,
    })
    expect(tracked.toString()).toBe("")
  })
})
