import { refused } from "../../platform/failure.ts"
import type { NeonAccess } from "../neon/api.ts"
import { requireUsableUrl } from "./test-url.ts"

export const databaseNames = ["auto", "neon", "url", "postgres"] as const
/** Where the tests' tables are: `auto` is the first of the others whose secret is set. */
export type DatabaseName = (typeof databaseNames)[number]

/** What the caller has set; what is empty is absent. */
export interface DatabaseSecrets {
  neonApiKey?: string
  neonProject?: string
  /** Of a server that stands for Neon's API */
  neonEndpoint?: string
  neonTestDatabaseUrl?: string
}

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
      const { neonTestDatabaseUrl } = secrets
      if (!neonTestDatabaseUrl) {
        throw refused(
          "NEON_TEST_DATABASE_URL is not set.",
          "Give it the URL of a database where tests may make schemas, or choose another: --database postgres.",
        )
      }
      const url = requireUsableUrl(neonTestDatabaseUrl, "NEON_TEST_DATABASE_URL")
      const why = because(asked, "NEON_TEST_DATABASE_URL is set")
      return { kind, url: url.href, words: `schemas of their own in ${url.hostname}${url.pathname}${why}` }
    }
    case "postgres":
      return { kind, words: `PostgreSQL 17 beside the tests${because(asked, "no secret of a database is set")}` }
  }
}

function firstSet({ neonApiKey, neonTestDatabaseUrl }: DatabaseSecrets): Exclude<DatabaseName, "auto"> {
  if (neonApiKey) return "neon"
  return neonTestDatabaseUrl ? "url" : "postgres"
}

const because = (asked: DatabaseName, reason: string): string => (asked === "auto" ? ` (${reason})` : "")

/** Refuses secrets that are not set. */
export function neonAccess({ neonApiKey, neonProject, neonEndpoint }: DatabaseSecrets): NeonAccess {
  const missing = [!neonApiKey && "NEON_API_KEY", !neonProject && "NEON_PROJECT"].filter(Boolean)
  if (missing.length > 0) {
    throw refused(
      `${missing.join(" and ")} must be set to use Neon.`,
      "The key: Neon's console, Account settings, API keys. The project: its id, in its Settings.",
      "Tests can take another database: --database postgres.",
    )
  }
  return { apiKey: neonApiKey!, project: neonProject!, endpoint: neonEndpoint || undefined }
}
