/** A member of the request that the platform refuses, as RFC 9457's `errors` have it: `loc` tells a name from a value */
interface ProblemDetail {
  loc?: (string | number)[]
  /** JSON pointer into the body, as a URI fragment: `#/headers/X-Key` */
  pointer?: string
  /** Name of the parameter of the query, the path or the headers */
  parameter?: string
  type: string
  detail: string
}

export interface FieldProblem {
  /** Its place in the request's body or query, as `["headers", "X-Key"]` */
  loc: string[]
  /** The validator's own name for the error */
  type: string
  detail: string
}

/** Why a request has not led to what was asked for, in words for the person who asked. */
export class Problem extends Error {
  override name = "Problem"
  /** The answer's status; without one, there was no answer. */
  readonly status?: number
  /** What the request is called in the services' logs */
  readonly traceId?: string
  readonly fields: FieldProblem[]

  constructor(
    detail: string,
    rest: { status?: number; traceId?: string; fields?: FieldProblem[]; cause?: unknown } = {},
  ) {
    super(detail, { cause: rest.cause })
    this.status = rest.status
    this.traceId = rest.traceId
    this.fields = rest.fields ?? []
  }

  /** The same, with its fields where a form has them. */
  relocated(place: (loc: string[]) => string[]): Problem {
    return new Problem(this.message, { ...this, fields: this.fields.map((one) => ({ ...one, loc: place(one.loc) })) })
  }
}

/** What a page refuses by itself, before it asks: the same as if the platform had. */
export const invalid = (field: string, detail: string): Problem =>
  markedAt([{ loc: field.split("."), type: "invalid", detail }])

/** A problem that is told beside fields. */
export const markedAt = (fields: FieldProblem[], rest: { status?: number; traceId?: string } = {}): Problem =>
  new Problem("Please look at what is marked.", { ...rest, fields })

/** The same error, beside this field if it is an answer with the status: the platform names no field for a conflict. */
export function besideField(error: unknown, status: number, field: string): unknown {
  if (!(error instanceof Problem) || error.status !== status || error.fields.length > 0) return error
  return markedAt([{ loc: [field], type: "conflict", detail: error.message }], error)
}

/** The problem that an answer describes. One that is no problem document comes from what stands before the services. */
export async function problemOf(response: Response, traceId: string): Promise<Problem> {
  const { status } = response
  const body = (await response.json().catch(() => null)) as { detail?: unknown; errors?: ProblemDetail[] } | null
  const detail = typeof body?.detail === "string" ? body.detail : detailOf(response)
  const fields = (body?.errors ?? []).map((one) => ({ loc: placeOf(one), type: one.type, detail: one.detail }))
  return new Problem(detail, { status, traceId, fields })
}

function placeOf({ loc, pointer, parameter }: ProblemDetail): string[] {
  if (loc) return loc.slice(1).map(String)
  if (parameter !== undefined) return [parameter]
  const parts = decodeURIComponent(pointer ?? "#")
    .split("/")
    .slice(1)
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
}

/** The problem of a request that nothing has answered. */
export function unansweredOf(error: unknown, traceId: string, late: boolean): Problem {
  const detail = late
    ? "The platform took too long to answer. Try again in a moment."
    : "The platform cannot be reached. Look at your connection, and try again."
  return new Problem(detail, { traceId, cause: error })
}

/** What an answer without a word of its own means, and when to try again, where that may help. */
function detailOf(response: Response): string {
  if (isRedirect(response)) return "The platform answered with a redirect, which is never followed with your log-in."
  const { status, headers } = response
  if (status < 500 && status !== 429) return `The platform answered ${status}, and did not say why.`
  const what = status === 429 ? "That was too often." : `The platform is not at its best: it answered ${status}.`
  const seconds = Number(headers.get("retry-after") ?? NaN)
  return `${what} Try again in ${seconds > 1 ? `${seconds} seconds` : "a moment"}.`
}

/** A browser that follows no redirect does not tell its status. */
export const isRedirect = ({ type, status }: Response): boolean =>
  type === "opaqueredirect" || [301, 302, 303, 307, 308].includes(status)
