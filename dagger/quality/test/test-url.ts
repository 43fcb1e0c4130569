import { refused } from "../../platform/failure.ts"

const encrypted = ["require", "verify-ca", "verify-full"]
const loopback = ["localhost", "127.0.0.1", "[::1]"]

/**
 * A URL as tests use it: with TLS unless on loopback, and without Neon's pooler, which knows no schema of one's own.
 * Refuses any other, and does not repeat it: there is a password in it.
 */
export function requireUsableUrl(text: string, name: string): URL {
  const url = URL.parse(text)
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname || url.pathname.length < 2) {
    throw refused(`${name} is not a database's URL.`, "It must look like postgresql://user:password@host/database.")
  }
  const sslmode = url.searchParams.get("sslmode")
  if (!loopback.includes(url.hostname) && !encrypted.includes(sslmode ?? "")) {
    throw refused(
      `${name} has ${sslmode ? `sslmode=${sslmode}` : "no sslmode"}.`,
      `Without TLS its password could be read on the way. Add sslmode=require to its parameters.`,
    )
  }
  url.hostname = url.hostname.replace(/^(ep-[^.]+)-pooler\./, "$1.")
  return url
}
