import { generate } from "selfsigned"
import type { Clock } from "../../../platform/clock.ts"
import { connectNeon, type Neon } from "../../../quality/neon/api.ts"
import type { Progress } from "../../../platform/progress.ts"
import { startNeon, type NeonServer } from "./neon-server.ts"

/** Neon with TLS, as Neon is never without it. */
export async function neonWithTls(host?: string): Promise<NeonServer> {
  const certificate = await generate([{ name: "commonName", value: "localhost" }], { keySize: 2048 })
  return startNeon({ host, tls: { certificate: certificate.cert, key: certificate.private } })
}

/** Time that passes as fast as somebody sleeps. */
function hurriedClock(): Clock & { slept: number[] } {
  let ahead = 0
  const slept: number[] = []
  return {
    slept,
    now: () => Date.now() + ahead,
    async sleep(milliseconds) {
      slept.push(milliseconds)
      ahead += milliseconds
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** A caller of that server, and all that it says. */
export async function callerOf(server: NeonServer, access: { apiKey?: string; project?: string } = {}) {
  const lines: string[] = []
  const note = (subject: string, text: string) => void lines.push(`${subject}: ${text}`)
  const progress: Progress = { status: note, line: note, done: note, failed: note }
  const clock = hurriedClock()
  const { apiKey, project, endpoint } = { ...server, ...access }
  const neon: Neon = await connectNeon({ apiKey, project, endpoint }, clock)
  return { neon, progress, lines, clock }
}
