import type { Api } from "#neon/api-client"
import type { Clock } from "../../platform/clock.ts"
import { messageOf } from "../../platform/failure.ts"

/** Who asks Neon, and for which project. */
export interface NeonAccess {
  apiKey: string
  project: string
  /** Of a server that stands for Neon's API; default: Neon's own */
  endpoint?: string | undefined
}

/** Neon's API for one project: calls that wait where Neon asks to, and fail as a NeonError. */
export interface Neon {
  project: string
  clock: Clock
  /** `repeatable`: the same call twice does no more than once, so that a lost answer is asked for again. */
  call<T>(request: (api: Api<unknown>) => Promise<{ data: T }>, options?: { repeatable?: boolean }): Promise<T>
}

/** How Neon answered, or that it did not, or not to the end (`status` is absent then). It holds no key, as an axios error does. */
export class NeonError extends Error {
  readonly status?: number | undefined
  readonly code?: string | undefined

  constructor(message: string, { status, code }: { status?: number; code?: string | undefined } = {}) {
    super(message)
    this.name = "NeonError"
    this.status = status
    this.code = code || undefined
  }

  /** Whether what was asked for may have been done all the same: no answer, or a gateway's. */
  get ambiguous(): boolean {
    return this.status === undefined || (this.status >= 500 && this.status !== 503)
  }
}

/** Other operations hold the project, too many requests, out of service: each says that nothing was done. */
const notDone = new Set([423, 429, 503])
const patienceSeconds = 180
/** With a server that does not answer at all: whoever waits is told soon */
const silenceSeconds = 15
const requestTimeout = 30_000

export async function connectNeon({ apiKey, project, endpoint }: NeonAccess, clock: Clock): Promise<Neon> {
  // package.json holds get-intrinsic, far below it, at 1.3.0: what 1.3.1 depends on is not loaded by tsx 4.15, by which Dagger
  // runs the module ("Unexpected string").
  const { createApiClient } = await import("#neon/api-client")
  // Without `proxy: false`, axios would send a call to loopback through HTTPS_PROXY of the environment.
  const own = endpoint ? { baseURL: endpoint, proxy: false as const } : {}
  const api = createApiClient({ apiKey, timeout: requestTimeout, ...own })
  return {
    project,
    clock,
    async call(request, { repeatable = false } = {}) {
      const started = clock.now()
      for (let attempt = 0; ; attempt++) {
        try {
          return (await request(api)).data
        } catch (thrown) {
          const error = neonErrorOf(thrown)
          const again = notDone.has(error.status ?? 0) || (repeatable && error.ambiguous)
          const pause = pauseOf(thrown, attempt)
          const patience = error.status === undefined ? silenceSeconds : patienceSeconds
          if (!again || clock.now() + pause > started + patience * 1000) throw error
          await clock.sleep(pause)
        }
      }
    },
  }
}

/** Twice as long each time, up to 15 s, and no two callers the same; or as long as Neon says. */
function pauseOf(thrown: unknown, attempt: number): number {
  const retryAfter = Number((thrown as AxiosFailure).response?.headers?.["retry-after"])
  if (retryAfter > 0) return retryAfter * 1000
  return Math.min(15_000, 500 * 2 ** attempt) * (0.75 + Math.random() / 2)
}

/** What there is of an AxiosError, whose type is not exported by Neon's package. */
interface AxiosFailure {
  isAxiosError?: boolean
  response?: {
    status: number
    data?: { code?: string | undefined; message?: string }
    headers?: Record<string, string>
  }
}

function neonErrorOf(thrown: unknown): NeonError {
  const { isAxiosError, response } = thrown as AxiosFailure
  if (!isAxiosError) throw thrown
  // A success that is no success stopped half-way.
  if (!response || response.status < 300) return new NeonError(messageOf(thrown) || "no answer")
  return new NeonError(response.data?.message ?? "no message", { status: response.status, code: response.data?.code })
}
