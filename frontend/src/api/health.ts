import { ask } from "./client"

export const services = ["auth", "catalog", "installation", "proxy"] as const

export const readHealth = (service: (typeof services)[number], signal: AbortSignal): Promise<{ version?: string }> =>
  ask(`/${service}/health`, { signal, timeout: 10_000 })
