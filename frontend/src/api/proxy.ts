import { me } from "./auth"
import { isJson, numberNotInJson } from "../json"
import { send } from "./client"
import { invalid, isRedirect, Problem } from "./problem"

export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const
export type Method = (typeof methods)[number]

export interface Call {
  installationId: string
  method: Method
  /** Below the entry's endpoint, with a query if need be */
  path: string
  body: string
}

/** What an installed entry, or the proxy in its stead, has answered. */
export interface Answer {
  status: number
  reason: string
  headers: [name: string, value: string][]
  body: string
  milliseconds: number
  traceId: string
}

export const takesBody = (method: Method): boolean => method !== "GET" && method !== "HEAD"

/** Calls an installed entry. Whatever it answers is an answer; only none at all is a problem. */
export async function call({ installationId, method, path, body }: Call): Promise<Answer> {
  const started = performance.now()
  const { response, traceId } = await send(`/proxy/${encodeURIComponent(installationId)}/${pathOf(path)}`, {
    method,
    body: takesBody(method) && body.trim() ? { type: typeOf(body), text: body } : undefined,
    timeout: 30_000,
  })
  if (isRedirect(response)) throw new Problem(redirected, { status: response.status, traceId })
  const text = await response.text()
  const milliseconds = Math.round(performance.now() - started)
  // It may be the entry that wants other credentials, and not the platform, which /me would tell: that ends the session.
  if (response.status === 401) await me()
  return {
    status: response.status,
    reason: response.statusText,
    headers: [...response.headers],
    body: text,
    milliseconds,
    traceId,
  }
}

const redirected =
  "It answered with a redirect, which is not followed: it could lead anywhere, with your log-in. Publish the address that it leads to."

/** Browsers resolve dots in a path before they ask, which would lead elsewhere than what was typed. */
function pathOf(path: string): string {
  const relative = path.replace(/^\/+/, "")
  const [withoutQuery = ""] = relative.split("?")
  if (withoutQuery.split(/[/\\]/).some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) {
    throw invalid("path", "The path must have no . or .. in it.")
  }
  return relative.replaceAll("#", "%23")
}

/** What is JSON but for a number that JSON does not have is a mistake, and no plain text. */
function typeOf(body: string): string {
  const mistake = numberNotInJson(body)
  if (mistake) throw invalid("body", mistake)
  return isJson(body) ? "application/json" : "text/plain"
}
