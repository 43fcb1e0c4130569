/** What was answered, to its end */
export interface WholeAnswer {
  status: number
  ok: boolean
  headers: Headers
  content: Buffer
}

/** Fetches to the end within so many milliseconds; rejects where an answer does not come, or stops half-way. */
export async function fetchWhole(url: URL | string, timeout: number, init: RequestInit = {}): Promise<WholeAnswer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeout) })
  const { status, ok, headers } = response
  return { status, ok, headers, content: Buffer.from(await response.arrayBuffer()) }
}
