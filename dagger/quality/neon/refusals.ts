import { refused, type Failure } from "../../platform/failure.ts"
import { NeonError } from "./api.ts"

/** What Neon's error means for whoever called, and what to do. Anything else than a NeonError passes as it is. */
export function explain(error: unknown, what: string, project: string): unknown {
  return error instanceof NeonError ? refusalOf(error, what, project) : error
}

function refusalOf(error: NeonError, what: string, project: string): Failure {
  const { status, code, message } = error
  const answer = `To ${what}, Neon answered ${status}${code ? ` ${code}` : ""}: ${message}`
  switch (status) {
    case undefined:
      return refused(
        "Neon's API cannot be reached.",
        `To ${what}: ${message}`,
        "Check the network, or test on another database: --database postgres.",
      )
    case 401:
      return refused(
        "Neon does not accept the API key.",
        answer,
        "Set NEON_API_KEY to a key that is in force: Neon's console, Account settings, API keys.",
      )
    case 403:
      return refused(
        "the API key may not do this.",
        answer,
        `Use a key that may manage branches of project ${project}.`,
      )
    case 404:
      return refused(
        `Neon's project ${project}, or a branch of it, is not there for this key.`,
        answer,
        "Set NEON_PROJECT to a project's ID (Neon's console, Settings), which the key's owner may see.",
      )
    case 409:
      return refused(
        "Neon has something of this name already.",
        answer,
        "Another run made it, at work or killed. Run again, or remove what is left over: branches-clean.",
      )
    case 412:
      return refused(
        "the project's plan does not allow the compute that was asked for.",
        answer,
        "Tests ask for 0.25 CU and Neon's own time to suspend. Compare the plan's limits in Neon's console.",
      )
    case 422:
      return code === "BRANCHES_LIMIT_EXCEEDED"
        ? refused(
            "the project has as many branches as its plan allows.",
            answer,
            "Remove what killed runs left: branches-clean. What others made is deleted in Neon's console.",
          )
        : refused(`Neon does not do this to project ${project}.`, answer)
    case 423:
    case 429:
    case 503:
      return refused(`Neon did not get to it in time.`, answer, "It was asked again for minutes. Run again later.")
    default:
      return refused(
        "Neon failed.",
        answer,
        "Look at neonstatus.com, or test on another database: --database postgres.",
      )
  }
}
