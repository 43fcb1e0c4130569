import { Ajv2020 } from "ajv/dist/2020.js"
import { mkdir, readFile, symlink } from "node:fs/promises"
import { join } from "node:path"
import { format } from "prettier"
import { describe, expect, test } from "vitest"
import { firstFiles, type Given } from "../../init/first-files.ts"
import { manifestJsonSchema } from "../../platform/json-schema.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { seen } from "../docs/failure-table.ts"
import { repositoryRoot } from "../platform-copy.ts"
import { listening, repository } from "./repository.ts"

const module = "github.com/acme/cat-house@v1"

/** What init would do in a repository with these files. */
async function init(files: Record<string, string>, given: Given = { name: "acme", region: "eu-west-1", module }) {
  const { written, kept, notes } = await firstFiles(await repository(files), given)
  const manifest = JSON.parse(written["platform.json"] ?? "{}") as { services: Record<string, object> }
  return { written, kept, manifest, told: notes.map(({ file, place, text }) => `${file}:${place ?? ""}: ${text}`) }
}

const shop = { "services/shop/Dockerfile": listening(3000), "services/shop/server.js": "" }

describe("the manifest", () => {
  test("says what the Dockerfiles do: a port, a health path, how it starts, and a worker", async () => {
    const { manifest, written } = await init({
      ...shop,
      "services/shop/Dockerfile": listening(3000, "HEALTHCHECK CMD curl -f http://localhost:3000/healthz"),
      "services/stock/Dockerfile":
        'FROM scratch\nEXPOSE 8080\nHEALTHCHECK CMD ["/stock", "http://localhost:8080/stock/health"]',
      "services/mailer/Dockerfile": 'FROM node:24\nCMD ["node", "mail.js"]',
      "services/mailer/mail.js": "",
    })
    expect(manifest).toEqual({
      $schema: "https://raw.githubusercontent.com/acme/cat-house/v1/platform.schema.json",
      name: "acme",
      region: "eu-west-1",
      environments: {
        local: { local: true, tasks: 1 },
        staging: { tasks: 1 },
        production: { tasks: 2, promotesFrom: "staging", approval: true },
      },
      services: {
        mailer: { start: ["node", "mail.js"] },
        shop: { port: 3000, path: "/", health: { path: "/healthz" }, start: ["node", "server.js"] },
        stock: { port: 8080, path: "/stock", health: { path: "/stock/health" } },
      },
    })
    expect(Object.keys(written)).toEqual([
      "platform.json",
      ".env",
      "infra/staging.tfvars",
      "infra/production.tfvars",
      ".github/workflows/deploy-local.yml",
      ".github/workflows/deploy-staging.yml",
      ".github/workflows/deploy-production.yml",
    ])
  })

  test("is valid, to the schema that editors have as well, and written as Prettier would", async () => {
    const { written } = await init({
      ...shop,
      Dockerfile: listening(80),
      "apps/api/Dockerfile":
        "FROM x\nCOPY apps/api/a.js libs/a/long/name/of/a/folder libs/another/long/name/of/a/folder ./\nEXPOSE 1",
      "apps/api/a.js": "",
      "libs/a/long/name/of/a/folder/a.js": "",
      "libs/another/long/name/of/a/folder/a.js": "",
    })
    const text = written["platform.json"]!
    expect(parsePlatform(text).services.map(({ name }) => name)).toEqual(["acme", "api", "shop"])
    const validate = new Ajv2020().compile(manifestJsonSchema())
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true)
    expect(await format(text, { parser: "json", printWidth: 110 })).toBe(text)
  })

  test("names services by their folders, and tells two of one name apart", async () => {
    const { manifest } = await init({
      "apps/api/Dockerfile": listening(1),
      "legacy/api/Dockerfile": listening(1),
      "services/My Shop_2/Dockerfile": listening(1),
      "services/web/Dockerfile": listening(1),
    })
    expect(Object.entries(manifest.services)).toEqual([
      ["apps-api", expect.objectContaining({ folder: "apps/api", path: "/apps-api" })],
      ["legacy-api", expect.objectContaining({ folder: "legacy/api", path: "/legacy-api" })],
      ["my-shop-2", expect.objectContaining({ folder: "services/My Shop_2", path: "/my-shop-2" })],
      ["web", expect.not.objectContaining({ folder: expect.anything() })],
    ])
  })

  test("leaves out what git leaves alone, packages of others, and links", async () => {
    const root = await repository({
      ...shop,
      ".gitignore": "build/\n",
      "build/shop/Dockerfile": listening(1),
      "node_modules/x/Dockerfile": listening(1),
      ".devcontainer/Dockerfile": listening(1),
      "vendor/x/Dockerfile": listening(1),
    })
    await symlink("..", join(root, "services", "up"))
    const { platform } = await firstFiles(root, {})
    expect(platform.services.map(({ name }) => name)).toEqual(["shop"])
  })
})

describe("what was not to be seen", () => {
  test("is told with its line and its place in the file", async () => {
    const { written, told } = await init({ ...shop, "services/mailer/Dockerfile": "FROM scratch\nCMD /mailer" }, {})
    const lines = written["platform.json"]!.split("\n")
    for (const [place, line, words] of [
      ["name", '  "name": "acme",', "names in AWS begin with it"],
      ["region", '  "region": "eu-central-1",', "is a guess"],
      ["services.mailer.start", '    "mailer": {},', "no ENTRYPOINT or CMD"],
      ["services.mailer", '    "mailer": {},', "so it is a worker"],
      ["services.shop.health.path", '      "health": { "path": "/" },', "name a health route: / has to answer 200"],
      ["services.shop.health", '      "health": { "path": "/" },', "no version is asked for"],
    ] as const) {
      const note = told.find((one) => one.includes(` ${place}: `) && one.includes(words))
      expect(note, `${place}: ${words}\n${told.join("\n")}`).toBeDefined()
      expect(lines[Number(note!.split(":")[1]!.split(" ")[0]) - 1]).toBe(line)
    }
  })

  test("is that a HEALTHCHECK asks what is not forwarded, more ports, and files that nobody has", async () => {
    const { told, manifest } = await init({
      "services/shop/Dockerfile": listening(3000, "HEALTHCHECK CMD curl localhost:3000/up"),
      "services/stock/Dockerfile": "FROM x\nCOPY dist/ /\nEXPOSE 8080 9090\nHEALTHCHECK CMD curl localhost:8080/up",
      "services/stock/Dockerfile.dev": "FROM x",
    })
    expect(manifest.services.stock).toMatchObject({ health: { path: "/stock/up", live: "/up" } })
    const all = told.join("\n")
    expect(all).toContain(
      "services.stock.health.path: the HEALTHCHECK of its Dockerfile names /up, and only /stock is forwarded to it",
    )
    expect(all).toContain("services.stock.port: its Dockerfile EXPOSEs 9090, too")
    expect(all).toContain("its Dockerfile copies dist, which is neither in services/stock/ nor in a folder above")
    expect(all).toContain("services/stock/Dockerfile.dev:: is not taken for a service")
  })

  test("is nothing of what .git tells: the name, the branch, and whose workflows may deploy", async () => {
    const { written, told, manifest } = await init(
      {
        ...shop,
        ".git/HEAD": "ref: refs/heads/feature\n",
        ".git/config":
          '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@github.com:Acme-Inc/Big_Shop.git\n\tfetch = +refs\n',
        ".git/refs/remotes/origin/HEAD": "ref: refs/remotes/origin/trunk\n",
      },
      { module },
    )
    expect(manifest).toMatchObject({ name: "big-shop" })
    expect(written["infra/staging.tfvars"]).toContain('\ngithub_repository = "Acme-Inc/Big_Shop"\n')
    expect(written[".github/workflows/deploy-staging.yml"]).toContain("branches: [trunk]")
    expect(told.filter((note) => !note.includes("services.shop"))).toEqual([expect.stringContaining("region")])
  })
})

describe("nothing is changed that is there", () => {
  test("a file is kept, and named as kept", async () => {
    const there = {
      ".env": "PORT=3000\n",
      "infra/staging.tfvars": "mine",
      ".github/workflows/deploy-local.yml": "mine",
    }
    const { written, kept, told } = await init({ ...shop, ...there })
    expect(kept).toEqual(Object.keys(there))
    for (const path of kept) expect(written).not.toHaveProperty(path)
    expect(told.join("\n")).toMatch(
      /^\.env:: is kept. For dagger call it needs these lines:\n {2}CAT_HOUSE_SOURCE=\.\n/m,
    )
  })

  test("a folder or a link in a file's place is there, too", async () => {
    const root = await repository(shop)
    await mkdir(join(root, "infra", "staging.tfvars"), { recursive: true })
    await symlink("nowhere", join(root, ".env"))
    expect((await firstFiles(root, {})).kept).toEqual([".env", "infra/staging.tfvars"])
  })

  test("a manifest that is there counts: the rest is written for its environments and secrets", async () => {
    const { written, kept, told } = await init({
      "platform.json": await readFile(join(repositoryRoot, "platform.json"), "utf8"),
      "services/new/Dockerfile": listening(1),
    })
    expect(kept).toEqual(["platform.json"])
    expect(written[".env"]).toContain("env://STAGING_JWT_SECRET?cacheKey=STAGING_JWT_SECRET")
    expect(written["infra/production.tfvars"]).toContain("disposable         = false")
    expect(told.join("\n")).not.toContain("services.")
  })

  test("a second time, all is there", async () => {
    const { written } = await init(shop)
    const again = await init({ ...shop, ...written })
    expect(again.written).toEqual({})
    expect(again.kept).toEqual(Object.keys(written))
    expect(again.told).toEqual([])
  })
})

describe("bad input", () => {
  test("[dockerfile-none] a repository without a Dockerfile is refused, with what to do", async () => {
    await expect(init({ "README.md": "" })).rejects.toThrow(seen())
    await expect(init({ "README.md": "" })).rejects.toThrow("such as services/shop/Dockerfile, which EXPOSEs its port")
    await expect(init({ "web/Containerfile": "" })).rejects.toThrow(
      "There is web/Containerfile, which has another name.",
    )
  })

  test("[dockerfile-empty] a Dockerfile that makes no image is refused", async () => {
    await expect(init({ "services/shop/Dockerfile": "hello\n" })).rejects.toThrow(seen())
    await expect(init({ "services/shop/Dockerfile": "" })).rejects.toThrow("services/shop/Dockerfile has no FROM")
  })

  test("a manifest that is there and not valid is refused", async () => {
    await expect(init({ ...shop, "platform.json": "{}" })).rejects.toThrow("refused: platform.json is not valid.")
  })
})
