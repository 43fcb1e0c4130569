import type { z } from "zod"
import type { manifestSchema } from "../platform/manifest-schema.ts"
import type { Dockerfile } from "./read-dockerfile.ts"

type ContainerCheck = z.input<typeof manifestSchema>["services"][string]["healthCheck"]

/** What a Dockerfile's HEALTHCHECK is in the manifest: ECS does not look at an image's own. */
export function containerCheckOf({ healthCheck, healthCheckFlags: flags }: Dockerfile): ContainerCheck {
  if (healthCheck === undefined) return undefined
  return {
    command: wordsOf(healthCheck),
    ...seconds("interval", flags.interval, 5, 300),
    ...seconds("timeout", flags.timeout, 2, 120),
    ...(/^([1-9]|10)$/.test(flags.retries ?? "") && { retries: Number(flags.retries) }),
    ...seconds("startPeriod", flags["start-period"], 0, 300),
  }
}

/** A list of words as it is; what a shell would read is given to one. */
function wordsOf(command: string): string[] {
  try {
    const words: unknown = JSON.parse(command)
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string")) return words
  } catch {
    // no list
  }
  return ["sh", "-c", command]
}

/** `1m30s` as ECS takes it, within its bounds; nothing for what is no such time. */
function seconds<Key extends string>(key: Key, time = "", least: number, most: number): { [K in Key]?: number } {
  const [, minutes, rest] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(time) ?? []
  if (minutes === undefined && rest === undefined) return {}
  const value = Math.min(most, Math.max(least, Number(minutes ?? 0) * 60 + Number(rest ?? 0)))
  return { [key]: value } as { [K in Key]?: number }
}
