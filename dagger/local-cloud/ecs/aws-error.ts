/** An error as AWS's JSON 1.1 answers it: `{"__type": name, "message": message}` with `statusCode`. */
export class AwsError extends Error {
  readonly statusCode: number

  constructor(name: string, message: string, statusCode = 400) {
    super(message)
    this.name = name
    this.statusCode = statusCode
  }
}

export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message)
export const clientException = (message: string) => new AwsError("ClientException", message)
export const conflict = (message: string) => new AwsError("ConflictException", message)

/** The value of a parameter that AWS requires. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined || value === "") throw invalidParameter(`${name} cannot be empty.`)
  return value
}
