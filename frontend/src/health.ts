import { useCallback, useEffect, useState } from "react"
import { readConfig } from "./config"

export type Health = { state: "loading" } | { state: "ok"; version: string } | { state: "error"; reason: string }

/** The catalogue's health, asked when the page is shown and whenever `check` is called. */
export function useCatalogHealth(): { health: Health; check: () => void } {
  const [health, setHealth] = useState<Health>({ state: "loading" })
  const ask = useCallback(() => void fetchHealth().then(setHealth), [])
  const check = useCallback(() => {
    setHealth({ state: "loading" })
    ask()
  }, [ask])
  useEffect(ask, [ask])
  return { health, check }
}

async function fetchHealth(): Promise<Health> {
  try {
    const { apiBase } = await readConfig()
    const response = await fetch(`${apiBase}/catalog/health`, { signal: AbortSignal.timeout(10_000) })
    if (!response.ok) return { state: "error", reason: `It answered ${response.status}` }
    const { version } = (await response.json()) as { version?: string }
    return { state: "ok", version: version ?? "unknown" }
  } catch (error) {
    return { state: "error", reason: error instanceof Error ? error.message : String(error) }
  }
}
