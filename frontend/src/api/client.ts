import { readConfig } from "../config"
import { endSession, tokenOf } from "../session"
import { Problem, problemOf, unansweredOf } from "./problem"

export interface Request {
  method?: string
  /** Sent as JSON */
  json?: unknown
  /** Sent as it is, with its type; instead of `json` */
  body?: { type: string; text: string }
  query?: Record<string, string | number | string[] | undefined>
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Instead of the session's */
  token?: string
  /** Milliseconds until an answer is no longer waited for; default: 15,000 */
  timeout?: number
}

export interface Traced {
  response: Response
  traceId: string
}

/** The JSON that the platform answers. Throws Problem for everything else; 401 ends the session. */
export async function ask<T>(path: string, request: Request = {}): Promise<T> {
  const { response, traceId } = await send(path, request)
  if (response.status === 401) endSession()
  if (!response.ok) throw await problemOf(response, traceId)
  if (response.status === 204) return undefined as T
  return response.json().catch((cause: unknown) => {
    const detail = "The platform’s answer cannot be read. Try again in a moment."
    throw new Problem(detail, { status: response.status, traceId, cause })
  }) as Promise<T>
}

/**
 * Sends a request with the session's token, and returns whatever is answered. The trace ID is made here and not by the
 * service, so that a request which is never answered can be found in the logs, too.
 */
export async function send(path: string, request: Request): Promise<Traced> {
  const traceId = newTraceId()
  const headers: Record<string, string> = { ...request.headers, "X-Trace-ID": traceId }
  const token = request.token ?? tokenOf()
  if (token) headers.Authorization = `Bearer ${token}`
  const body =
    request.json === undefined ? request.body : { type: "application/json", text: JSON.stringify(request.json) }
  if (body) headers["Content-Type"] = body.type
  const timeout = AbortSignal.timeout(request.timeout ?? 15_000)
  try {
    const { apiBase } = await readConfig()
    const response = await fetch(`${apiBase}${path}${queryOf(request.query)}`, {
      method: request.method ?? "GET",
      headers,
      body: body?.text,
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      credentials: "omit",
      // A redirect would take the token to wherever it leads.
      redirect: "manual",
    })
    return { response, traceId: response.headers.get("X-Trace-ID") ?? traceId }
  } catch (error) {
    if (request.signal?.aborted) throw error
    throw unansweredOf(error, traceId, timeout.aborted)
  }
}

function queryOf(query: Request["query"] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
  )
  return given.length > 0 ? `?${new URLSearchParams(given).toString()}` : ""
}

/** 32 hexadecimal digits, as W3C's trace context has them. (`randomUUID` is missing on a page without HTTPS.) */
function newTraceId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
