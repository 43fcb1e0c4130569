import services from "../services.json"
import { ask } from "./client"

/** The platform's services, by name, with their paths; platform.json's, as `npm run services` writes them here */
export const paths: Record<string, string> = services

export const readHealth = (path: string, signal: AbortSignal): Promise<{ version?: string }> =>
  ask(`${path}/health`, { signal, timeout: 10_000 })
