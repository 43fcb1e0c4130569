import { expect, test } from "vitest"
import { chooseDatabase } from "../../../quality/test/database-choice.ts"
import { requireUsableUrl } from "../../../quality/test/test-url.ts"

const neon = { NEON_API_KEY: "napi_secret", NEON_PROJECT: "a-project" }
const url = { NEON_TEST_DATABASE_URL: "postgresql://u:hunter2@db.example.com/tests?sslmode=require" }

test.each([
  ["Neon, where its key is set", { ...neon, ...url }, "neon", "NEON_API_KEY is set"],
  ["the given database, where only that is set", url, "url", "NEON_TEST_DATABASE_URL is set"],
  ["PostgreSQL beside the tests, where nothing is set", {}, "postgres", "no secret of a database is set"],
  [
    "PostgreSQL, where secrets are empty, as for a fork",
    { NEON_API_KEY: "", NEON_TEST_DATABASE_URL: "" },
    "postgres",
    "no",
  ],
])("auto takes %s, and says why", (_, secrets, kind, why) => {
  const chosen = chooseDatabase("auto", secrets)
  expect(chosen.kind).toBe(kind)
  expect(chosen.words).toContain(why)
})

test("what is asked for is taken, whatever else is set", () => {
  expect(chooseDatabase("postgres", { ...neon, ...url }).words).toBe("PostgreSQL 17 beside the tests")
  expect(chooseDatabase("url", { ...neon, ...url }).words).toBe("schemas of their own in db.example.com/tests")
})

test.each([
  ["neon without a key", "neon", { NEON_PROJECT: "a" }, /^refused: NEON_API_KEY must be set/],
  ["neon without anything", "neon", {}, /NEON_API_KEY and NEON_PROJECT must be set/],
  ["auto with a key and no project", "auto", { NEON_API_KEY: "k" }, /^refused: NEON_PROJECT must be set/],
  ["url without a URL", "url", {}, /^refused: NEON_TEST_DATABASE_URL is not set/],
] as const)("%s is refused", (_, asked, secrets, words) => {
  expect(() => chooseDatabase(asked, secrets)).toThrow(words)
})

test.each([
  ["postgresql://u:hunter2@db.example.com/tests", /has no sslmode.*sslmode=require/s],
  ["postgresql://u:hunter2@db.example.com/tests?sslmode=prefer", /has sslmode=prefer/],
  ["postgresql://u:hunter2@db.example.com/tests?sslmode=disable", /has sslmode=disable/],
  ["postgresql://u:hunter2@127.0.0.1.example.com/tests", /has no sslmode/],
  ["mysql://u:hunter2@db.example.com/tests?sslmode=require", /is not a database's URL/],
  ["postgresql://u:hunter2@db.example.com", /is not a database's URL/],
  ["hunter2", /is not a database's URL/],
])("the URL %s is refused without repeating it", (text, words) => {
  const refusing = () => requireUsableUrl(text, "NEON_TEST_DATABASE_URL")
  expect(refusing).toThrow(words)
  expect(refusing).not.toThrow(/hunter2/)
})

test.each([
  ["on loopback, without TLS", "postgresql://u@127.0.0.1:5432/tests", "postgresql://u@127.0.0.1:5432/tests"],
  [
    "by its direct host, as a pooler knows no search path",
    "postgresql://u:p%40@ep-cool-1-pooler.sa-east-1.aws.neon.tech/db?sslmode=require",
    "postgresql://u:p%40@ep-cool-1.sa-east-1.aws.neon.tech/db?sslmode=require",
  ],
  [
    "as it is, where a pooler is not Neon's",
    "postgres://u@a-pooler.example.com/db?sslmode=verify-full",
    "postgres://u@a-pooler.example.com/db?sslmode=verify-full",
  ],
])("a URL is used %s", (_, given, used) => expect(requireUsableUrl(given, "X").href).toBe(used))
