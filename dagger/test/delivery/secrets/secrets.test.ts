import { expect, test } from "vitest"
import { problemsOfValues } from "../../../delivery/secrets/values.ts"
import { variableOf } from "../../../platform/schema/secret.ts"
import { parsePlatform } from "../../../platform/manifest.ts"
import { manifest } from "../../platform/manifests.ts"

const platform = parsePlatform(
  manifest(({ secrets }) => {
    secrets.PAYMENT_KEY = { form: "any" }
    secrets.SESSION_KEY = { form: "bytes >= 64", variable: { staging: "SESSIONS" } }
  }),
)

const url = "postgresql://cat:meow-meow@ep-x-pooler.sa-east-1.aws.neon.tech/cats?sslmode=require"

test.each([
  ["a URL that asks for TLS is well", { DATABASE_URL: url }],
  ["so is one with more parameters", { DATABASE_URL: `${url}&channel_binding=require` }],
  ["so are long enough keys", { JWT_SECRET: "x".repeat(32), ENCRYPTION_KEY: `${"A".repeat(43)}=` }],
  ["so are a new key and the one that it replaces", { ENCRYPTION_KEY: `${"A".repeat(43)}=, ${"B".repeat(43)}=` }],
  ["so is a value of any form", { PAYMENT_KEY: "k" }],
  ["so are as many bytes as are asked for", { SESSION_KEY: "x".repeat(64) }],
  ["what is not given is not judged", {}],
])("%s", (_, values) => expect(problemsOfValues(platform, "staging", values)).toEqual([]))

test.each([
  ["no URL", { DATABASE_URL: "meow-meow" }, "STAGING_DATABASE_URL is not a URL"],
  ["an empty value", { DATABASE_URL: "" }, "STAGING_DATABASE_URL is not a URL"],
  ["another database's", { DATABASE_URL: url.replace("postgresql", "mysql") }, "begins with mysql://"],
  ["no sslmode", { DATABASE_URL: url.split("?")[0]! }, "has no sslmode"],
  ["an sslmode that allows plain text", { DATABASE_URL: url.replace("require", "prefer") }, "sslmode=prefer"],
  [
    "no database",
    { DATABASE_URL: "postgresql://cat:meow-meow@host?sslmode=require" },
    "lacks its user, host or database",
  ],
  ...["@", "/", "?", "#", " "].map((raw): [string, { DATABASE_URL: string }, string] => [
    `a password with a raw ${raw}`,
    { DATABASE_URL: url.replace("meow-meow", `meow-meow${raw}more`) },
    "STAGING_DATABASE_URL has a character in its user or password that a URL encodes: @ is %40",
  ]),
  ["a pooler's own parameter", { DATABASE_URL: `${url}&pgbouncer=true` }, "the parameter pgbouncer"],
  ["a host beside the host", { DATABASE_URL: `${url}&host=elsewhere` }, "the parameter host"],
  ["a blank before it", { DATABASE_URL: ` ${url}` }, "begins or ends with a blank or a line break"],
  [
    "a line break after it",
    { JWT_SECRET: `${"meow-meow".repeat(4)}\n` },
    "begins or ends with a blank or a line break",
  ],
  ["a value of no form that is empty", { PAYMENT_KEY: "" }, "STAGING_PAYMENT_KEY is empty"],
  ["a key that is one byte short", { SESSION_KEY: "meow-meow".repeat(7) }, "SESSIONS is shorter than 64 bytes"],
  ["a short key", { JWT_SECRET: "meow-meow" }, "STAGING_JWT_SECRET is shorter than 32 bytes"],
  [
    "a list with one key that Fernet refuses",
    { ENCRYPTION_KEY: `${"A".repeat(43)}=,meow-meow` },
    "STAGING_ENCRYPTION_KEY is not a Fernet key",
  ],
  ["a key that Fernet refuses", { ENCRYPTION_KEY: "meow-meow" }, "STAGING_ENCRYPTION_KEY is not a Fernet key"],
])("%s is told without showing the value", (_, values, words) => {
  const problems = problemsOfValues(platform, "staging", values)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(words)
  expect(problems[0]).not.toContain("meow-meow")
})

test("a secret's variable is named after its environment, unless the manifest names another", () => {
  expect(variableOf(platform, "staging", "JWT_SECRET")).toBe("STAGING_JWT_SECRET")
  expect(variableOf(platform, "qa-eu", "DATABASE_URL")).toBe("QA_EU_DATABASE_URL")
  expect(variableOf(platform, "staging", "SESSION_KEY")).toBe("SESSIONS")
  expect(variableOf(platform, "production", "SESSION_KEY")).toBe("PRODUCTION_SESSION_KEY")
})
