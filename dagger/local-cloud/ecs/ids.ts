import { createHash } from "node:crypto"
import type { State } from "./state.ts"

/** 64 hexadecimal characters that no other call gets: the same for the same state, so that a test can repeat a run. */
function nextHash(state: State): string {
  state.idsGiven += 1
  return createHash("sha256").update(`${state.seed}/${state.idsGiven}`).digest("hex")
}

export const taskId = (state: State): string => nextHash(state).slice(0, 32)

/** The N of `ecs-svc/N`, and the last part of a service revision's ARN. */
export const nineteenDigits = (state: State): string =>
  String(10n ** 18n + (BigInt(`0x${nextHash(state)}`) % (9n * 10n ** 18n)))

/** The last part of a service deployment's ARN. */
export const twentyOneCharacters = (state: State): string => nextHash(state).slice(0, 21)

export const eventId = (state: State): string =>
  nextHash(state).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5")
