import { request as overHttp } from "node:http"
import { request as overHttps } from "node:https"
import type { Target } from "./target.ts"

/** What a GET is answered with. */
export interface Answer {
  status: number
  headers: Pick<Headers, "get">
  body: string
}

/** Bounds one request, in milliseconds. */
const requestTimeout = 5000

/**
 * Asks for a path of the platform as users do, or as those of a host of one of its rules. Follows no redirect: what is asked
 * answers itself. Node's fetch would not send another Host.
 */
export function get(
  { infrastructure: { publicUrl } }: Target,
  path: string,
  { host, headers = {} }: { host?: string | undefined; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const url = new URL(`${publicUrl}${path}`)
  const request = url.protocol === "https:" ? overHttps : overHttp
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      headers: { ...headers, ...(host && { host: host.replace("*", "www") }) },
      signal: AbortSignal.timeout(requestTimeout),
    })
    asked.once("error", reject)
    asked.once("response", (response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.once("error", reject)
      response.once("end", () =>
        resolve({
          status: response.statusCode!,
          headers: new Headers(
            Object.entries(response.headers).flatMap(([name, value]) =>
              value === undefined ? [] : [[name, String(value)] as [string, string]],
            ),
          ),
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    asked.end()
  })
}
