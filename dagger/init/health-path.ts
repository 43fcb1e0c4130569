import { urlPath } from "../platform/schema/service.ts"

/** The path of an address that is called on this very machine: with http://, or as localhost:3000/health. */
const called =
  /(?:https?:\/\/[^\s/"'`]+|(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?=[:/])(?::[^\s/"'`]+)?)(\/[^\s"'`?#|;&)\\]*)?/

/** The path that a HEALTHCHECK asks over HTTP; undefined where it asks none, or one that the manifest does not take. */
export function healthPathIn(command: string | undefined): string | undefined {
  const match = called.exec(command ?? "")
  if (!match) return undefined
  const path = match[1] ?? "/"
  return urlPath.safeParse(path).success ? path : undefined
}

/** What a path that asks for health ends with: the rest is what all of the service's paths begin with. */
const healthWord =
  /^(_?health(z|check|[-_]check)?|live(z|ness)?|alive|ready(z)?|readiness|heartbeat|ping|status|up|version|actuator)$/i

/** `/api/v1/shop` of `/api/v1/shop/health/live`; nothing of `/healthz`. */
export function prefixOf(healthPath: string): string {
  const parts = healthPath.split("/").slice(1)
  while (parts.length > 0 && (parts.at(-1) === "" || healthWord.test(parts.at(-1)!))) parts.pop()
  return parts.map((part) => `/${part}`).join("")
}
