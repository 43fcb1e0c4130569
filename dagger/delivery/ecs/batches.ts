import DataLoader from "dataloader"
import type { Target } from "../target.ts"

/** Asks AWS for some things by their keys; what there is not is absent from the answer. */
type Describe<V> = (target: Target, keys: string[]) => Promise<Map<string, V>>

/** Answers to calls that were made side by side come in one after the other, and what they lead to is still asked for together. */
const windowMilliseconds = 20

/**
 * Lets each step ask for the one thing that it is at work on: what is asked for side by side shares a call, as many at once
 * as AWS takes. Nothing is kept: what runs changes.
 */
export function batched<V>(
  atOnce: number,
  describe: Describe<V>,
): (target: Target, key: string) => Promise<V | undefined> {
  const loaders = new WeakMap<Target, DataLoader<string, V | undefined>>()
  const loaderOf = (target: Target) => {
    const load = async (keys: readonly string[]) => {
      const found = await describe(target, [...new Set(keys)])
      return keys.map((key) => found.get(key))
    }
    return new DataLoader(load, {
      cache: false,
      maxBatchSize: atOnce,
      batchScheduleFn: (send) => void target.clock.sleep(windowMilliseconds).then(send, send),
    })
  }
  return (target, key) => {
    if (!loaders.has(target)) loaders.set(target, loaderOf(target))
    return loaders.get(target)!.load(key)
  }
}
