/** What may differ between environments; read when the page starts, so that one export serves all of them. */
export interface Config {
  /** Where the API is, on the page's own origin */
  apiBase: string
}

let reading: Promise<Config> | undefined

/** Reads config.json once. A failure is not kept: the next caller asks again. */
export function readConfig(): Promise<Config> {
  reading ??= fetchConfig().catch((error: unknown) => {
    reading = undefined
    throw error
  })
  return reading
}

async function fetchConfig(): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-store" })
  if (!response.ok) throw new Error(`config.json answered ${response.status}`)
  const { apiBase } = (await response.json()) as Partial<Config>
  if (!apiBase) throw new Error("config.json has no apiBase")
  return { apiBase }
}
