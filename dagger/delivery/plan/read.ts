import { Failure, messageOf, refused } from "../../platform/failure.ts"
import { isDenied } from "../../aws/clients.ts"
import type { DeploymentRecord } from "../records/record.ts"
import type { Target } from "../target.ts"

/** Reads something of an environment; where that is not allowed, it is what the last deployment recorded. */
export type Read = <T>(what: string, read: () => Promise<T>, recorded: (last: DeploymentRecord) => T) => Promise<T>

/** `notes` takes a line for all that may not be read. Refuses where no record could stand for it. */
export function reader({ environment }: Target, last: DeploymentRecord | undefined, notes: string[]): Read {
  return async (what, read, recorded) => {
    try {
      return await read()
    } catch (error) {
      if (error instanceof Failure) throw error
      if (!isDenied(error) || !last) throw refused(`${what} of ${environment} could not be read: ${messageOf(error)}`)
      notes.push(`${what} may not be read: taken from the record of deployment ${last.deployment}`)
      return recorded(last)
    }
  }
}
