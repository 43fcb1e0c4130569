import { refused } from "../../platform/failure.ts"
import type { NeonAccess } from "../neon/api.ts"
import { requireUsableUrl } from "./test-url.ts"

export const databaseNames = ["auto", "neon", "url", "postgres"] as const
/** Where the tests' tables are: `auto` is the first of the others whose secret is set. */
export type DatabaseName = (typeof databaseNames)[number]

/** The environment variables that decide which database the tests take. NEON_ENDPOINT is a server that stands for Neon's API. */
export const databaseVariables = ["NEON_API_KEY", "NEON_PROJECT", "NEON_ENDPOINT", "NEON_TEST_DATABASE_URL"] as const

/** What the caller has set; what is empty is absent. */
export type DatabaseSecrets = { [Name in (typeof databaseVariables)[number]]?: string | undefined }

export type ChosenDatabase = { words: string } & (
  { kind: "neon"; access: NeonAccess } | { kind: "url"; url: string } | { kind: "postgres" }
)

/** Decides which database the tests take, and says why. Refuses one whose secrets are not set or make no sense. */
export function chooseDatabase(asked: DatabaseName, secrets: DatabaseSecrets): ChosenDatabase {
  const kind = asked === "auto" ? firstSet(secrets) : asked
  switch (kind) {
    case "neon":
      return { kind, access: neonAccess(secrets), words: `a branch in Neon${because(asked, "NEON_API_KEY is set")}` }
    case "url": {
      const { NEON_TEST_DATABASE_URL } = secrets
      if (!NEON_TEST_DATABASE_URL) {
        throw refused(
          "NEON_TEST_DATABASE_URL is not set.",
          "Give it the URL of a database where tests may make schemas, or choose another: --database postgres.",
        )
      }
      const url = requireUsableUrl(NEON_TEST_DATABASE_URL, "NEON_TEST_DATABASE_URL")
      const why = because(asked, "NEON_TEST_DATABASE_URL is set")
      return { kind, url: url.href, words: `schemas of their own in ${url.hostname}${url.pathname}${why}` }
    }
    case "postgres":
      return { kind, words: `PostgreSQL 17 beside the tests${because(asked, "no secret of a database is set")}` }
  }
}

function firstSet({ NEON_API_KEY, NEON_TEST_DATABASE_URL }: DatabaseSecrets): Exclude<DatabaseName, "auto"> {
  if (NEON_API_KEY) return "neon"
  return NEON_TEST_DATABASE_URL ? "url" : "postgres"
}

const because = (asked: DatabaseName, reason: string): string => (asked === "auto" ? ` (${reason})` : "")

/** Refuses secrets that are not set. */
export function neonAccess({ NEON_API_KEY, NEON_PROJECT, NEON_ENDPOINT }: DatabaseSecrets): NeonAccess {
  const missing = [!NEON_API_KEY && "NEON_API_KEY", !NEON_PROJECT && "NEON_PROJECT"].filter(Boolean)
  if (missing.length > 0) {
    throw refused(
      `${missing.join(" and ")} must be set to use Neon.`,
      "The key: Neon's console, Account settings, API keys. The project: its ID, in its Settings.",
      "Tests can take another database: --database postgres.",
    )
  }
  return { apiKey: NEON_API_KEY!, project: NEON_PROJECT!, endpoint: NEON_ENDPOINT || undefined }
}
