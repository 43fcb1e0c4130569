import type { Clock } from "../platform/clock.ts"

/** For so long a call waits to be let in. ECS registers a task definition a second, once twenty have been. */
const patienceSeconds = 300

/** Between two attempts, in seconds */
const longestPause = 16

/** What all of the SDK's clients have. */
interface Client {
  middlewareStack: { add(middleware: (next: Handler) => Handler, options: { step: "initialize"; name: string }): void }
}
type Handler = (args: unknown) => Promise<unknown>
type SdkError = Parameters<typeof import("#aws/retry").isThrottlingError>[0]

/**
 * Makes a client repeat throttled calls until they are let in, at growing intervals of chance. The SDK itself gives up after
 * three attempts within a second, and has but one store of retries for all calls.
 */
export async function waitOutThrottling<C>(client: C, clock: Clock): Promise<C> {
  const { isThrottlingError } = await import("#aws/retry")
  const repeat =
    (next: Handler): Handler =>
    async (args) => {
      const since = clock.now()
      for (let attempt = 0; ; attempt++) {
        try {
          return await next(args)
        } catch (error) {
          const waited = (clock.now() - since) / 1000
          if (!isThrottlingError(error as SdkError) || waited > patienceSeconds) throw error
          await clock.sleep(Math.min(2 ** attempt, longestPause) * (0.5 + Math.random() / 2) * 1000)
        }
      }
    }
  const { middlewareStack } = client as C & Client
  middlewareStack.add(repeat, { step: "initialize", name: "waitOutThrottling" })
  return client
}
