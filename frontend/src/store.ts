import { useSyncExternalStore } from "react"

/** One value that the page shares, readable outside of React, too. */
export interface Store<Value> {
  get(): Value
  set(value: Value): void
  subscribe(changed: () => void): () => void
}

export function createStore<Value>(initial: () => Value): Store<Value> {
  const subscribers = new Set<() => void>()
  let value: { current: Value } | undefined
  return {
    get: () => (value ??= { current: initial() }).current,
    set(current) {
      value = { current }
      subscribers.forEach((changed) => changed())
    },
    subscribe(changed) {
      subscribers.add(changed)
      return () => subscribers.delete(changed)
    },
  }
}

/** The store's value; `rendered` where the page is rendered beforehand, and while that is being hydrated. */
export const useStore = <Value, Rendered>(store: Store<Value>, rendered: Rendered): Value | Rendered =>
  useSyncExternalStore<Value | Rendered>(store.subscribe, store.get, () => rendered)
