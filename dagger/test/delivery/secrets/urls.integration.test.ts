import fc from "fast-check"
import { expect, test } from "vitest"
import { problemsOfValues } from "../../../delivery/secrets/values.ts"
import { nodeRunner } from "../../../node/runner.ts"
import { parsePlatform } from "../../../platform/manifest.ts"
import { manifest } from "../../platform/manifests.ts"
import { repositoryRoot } from "../../platform-copy.ts"
import { silent } from "../stage.ts"

const platform = parsePlatform(manifest())

/** What people put into a database's URL, some of it on purpose. */
const characters = [..."aB7-._~@/:?#% []&=ü+;\\'\n", "%40", "%2F", "%zz", "%00"]
const plain = fc.constantFrom("", "cat", "p%40w", "x-1", "a+b", "~")
const odd = fc.array(fc.constantFrom(...characters), { maxLength: 6 }).map((some) => some.join(""))
const part = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: odd })
const query = fc.constantFrom(
  "?sslmode=require",
  "?sslmode=require&connect_timeout=9",
  "?sslmode=require&pgbouncer=true",
  "?sslmode=require&host=evil.example",
  "?sslmode=require&sslmode=disable",
  "?sslmode=verify-full#x",
  "",
)
const url = fc
  .tuple(
    fc.constantFrom("postgresql://", "postgres://", " postgresql://", "postgresql:/", "mysql://"),
    part,
    part,
    fc.oneof(part, fc.constant("ep-cat.sa-east-1.aws.neon.tech")),
    fc.constantFrom("", ":5432", ":0", ":x"),
    part,
    query,
  )
  .map(
    ([scheme, user, password, host, port, database, rest]) =>
      `${scheme}u${user}:p${password}@${host}${port}/d${database}${rest}`,
  )

const parse = `
import json, sys
from cathouse_common.database import DatabaseSettings, direct_url
def read(text):
    try:
        url = direct_url(DatabaseSettings(database_url=text).database_url)
    except ValueError:
        return None
    return [url.host, 5432 if url.port is None else url.port, url.username, url.password, url.database]
print(json.dumps([read(text) for text in json.loads(sys.argv[1])]))
`

test(
  "a database's URL is refused, or means the same to the deploy and to the services",
  { timeout: 120_000 },
  async () => {
    const all = fc.sample(url, { numRuns: 5000, seed: 14 })
    const accepted = all.filter((text) => problemsOfValues(platform, "staging", { DATABASE_URL: text }).length === 0)
    expect(accepted.length).toBeGreaterThan(20)
    const runner = nodeRunner(repositoryRoot, { ...silent, close() {} })
    const { stdout, stderr } = await runner.runInImage("auth", ["python", "-c", parse, JSON.stringify(accepted)])
    expect(stderr).toBe("")
    const meant = JSON.parse(stdout) as unknown[]
    for (const [at, text] of accepted.entries()) {
      const { hostname, port, username, password, pathname } = new URL(text)
      const decoded = [username, password, pathname.slice(1)].map(decodeURIComponent)
      const [user, secret, database] = decoded
      expect(meant[at], text).toEqual([hostname, Number(port || 5432), user, secret, database])
    }
  },
)
