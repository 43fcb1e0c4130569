import { messageOf } from "../platform/failure.ts"
import type { Platform } from "../platform/manifest.ts"
import type { Progress } from "../platform/progress.ts"

/** An account to try the platform with that is on this machine and nowhere else: its password is no secret. */
const account = { email: "tom@cats.example", password: "a-cat-in-the-house" }

/** Where the services are that it is published through: Cat House's own. Any other platform has no sample. */
const [accounts, catalogue] = ["/api/v1/auth", "/api/v1/catalog"]

/** Entries for the catalogue: one that this machine answers for, and some that the Internet does. */
const sampleEntries = (echo: string) => [
  {
    slug: "echo",
    name: "Echo",
    description: "Answers with what it was sent: method, path, headers and body. It runs on this machine.",
    endpoint: `http://${echo}/`,
  },
  {
    slug: "cat-facts",
    name: "Cat facts",
    description: "What is known about cats. Call /fact for one of them, or /breeds for the list.",
    endpoint: "https://catfact.ninja/",
  },
  {
    slug: "httpbin",
    name: "httpbin",
    description: "Answers of every kind, for tests: call /get, /status/404 or /delay/2.",
    endpoint: "https://httpbin.org/",
  },
]

/**
 * Registers the sample account and publishes the sample entries through the API of a platform on this machine, where they
 * are not there yet. Returns the account, or undefined where there is no sample, or that failed: without one a platform
 * serves as well.
 */
export async function publishSample(
  { services }: Pick<Platform, "services">,
  apiUrl: string,
  echo: string,
  progress: Progress,
): Promise<typeof account | undefined> {
  const paths = services.map(({ route }) => route?.path)
  if (![accounts, catalogue].every((path) => paths.includes(path))) return undefined
  try {
    await call(`${apiUrl}${accounts}/register`, account)
    const login = await call(`${apiUrl}${accounts}/login`, account)
    const { access_token: token } = (await login.json()) as { access_token: string }
    for (const entry of sampleEntries(echo)) await call(`${apiUrl}${catalogue}/entries`, entry, token)
    return account
  } catch (error) {
    progress.line("sample", `could not be published: ${messageOf(error)}`)
    return undefined
  }
}

/** Posts JSON. What is there already, which the API answers with 409, is fine. */
async function call(url: string, body: object, token?: string): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  })
  if (response.ok || response.status === 409) return response
  throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
}
