/** A shape of one of AWS's service models, with what its values are held to. Names are those of other shapes. */
export interface Shape {
  type: string
  members?: Record<string, string>
  /** Of a list: the shape of each element */
  member?: string
  /** Of a map: the shapes of keys and values */
  key?: string
  value?: string
  required?: string[]
  enum?: string[]
  /** Of a number, or of a length */
  min?: number
  max?: number
  /** A regular expression for the whole text */
  pattern?: string
}

export type Shapes = Record<string, Shape>

export interface Violation {
  /** Where, as AWS writes it: `containerDefinitions.1.member.image` */
  path: string
  /** Of another type than AWS could read, beyond the model's members, or against a constraint */
  kind: "type" | "unknown" | "constraint"
  /** In AWS's words */
  message: string
}

/** Everything in a value that a shape does not allow. What is null counts as left out, as AWS reads JSON. */
export function violations(shapes: Shapes, name: string, value: unknown, path = ""): Violation[] {
  const shape = shapes[name]!
  const jsonType = jsonTypes[shape.type]
  if (jsonType && !jsonType.is(value)) {
    return [{ path, kind: "type", message: `${kindOf(value)} can not be converted to ${jsonType.article}` }]
  }
  return [...constraints(shape, value, path), ...within(shapes, shape, value, path)]
}

/** How JSON carries AWS's types; blobs are left to whoever encodes them. */
const jsonTypes: Record<string, { is(value: unknown): boolean; article: string }> = {
  structure: { is: isObject, article: "a Structure" },
  map: { is: isObject, article: "a Map" },
  list: { is: Array.isArray, article: "a List" },
  string: { is: (value) => typeof value === "string", article: "a String" },
  boolean: { is: (value) => typeof value === "boolean", article: "a Boolean" },
  integer: { is: Number.isInteger, article: "an Integer" },
  long: { is: Number.isInteger, article: "a Long" },
  float: { is: (value) => typeof value === "number", article: "a Float" },
  double: { is: (value) => typeof value === "number", article: "a Double" },
  timestamp: { is: (value) => typeof value === "number" || typeof value === "string", article: "a Timestamp" },
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown): string {
  if (typeof value === "object") return Array.isArray(value) ? "LIST_VALUE" : "STRUCTURE_VALUE"
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE"
  if (typeof value === "string") return "STRING_VALUE"
  return Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE"
}

function constraints({ type, enum: allowed, min, max, pattern }: Shape, value: unknown, path: string): Violation[] {
  const size = sizeOf(value)
  const what = typeof value === "number" ? "value" : "length"
  const broken = [
    allowed && !allowed.includes(String(value)) && `satisfy enum value set: [${allowed.join(", ")}]`,
    // A list's or a text's; a blob's length is known to who encodes it.
    type !== "blob" && min !== undefined && size < min && `have ${what} greater than or equal to ${min}`,
    type !== "blob" && max !== undefined && size > max && `have ${what} less than or equal to ${max}`,
    pattern !== undefined && !wholly(pattern).test(String(value)) && `satisfy regular expression pattern: ${pattern}`,
  ]
  return broken.flatMap((rule) => (rule ? [violation(path, shown(value), rule)] : []))
}

function sizeOf(value: unknown): number {
  if (typeof value === "number") return value
  if (typeof value === "string" || Array.isArray(value)) return value.length
  return Object.keys(value as object).length
}

const shown = (value: unknown): string => `Value '${typeof value === "string" ? value : JSON.stringify(value)}'`

const violation = (path: string, what: string, rule: string): Violation => ({
  path,
  kind: "constraint",
  message: `${what} at '${path}' failed to satisfy constraint: Member must ${rule}`,
})

/** AWS's expressions are Java's: `\p{…}` needs u, which refuses some escapes that Java takes. */
function wholly(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, "u")
  } catch {
    return new RegExp(`^(?:${pattern})$`)
  }
}

function within(shapes: Shapes, shape: Shape, value: unknown, path: string): Violation[] {
  const at = (part: string) => (path ? `${path}.${part}` : part)
  switch (shape.type) {
    case "structure":
      return ofStructure(shapes, shape, value as Record<string, unknown>, at)
    case "list":
      return (value as unknown[]).flatMap((one, index) =>
        violations(shapes, shape.member!, one, at(`${index + 1}.member`)),
      )
    case "map":
      return Object.entries(value as Record<string, unknown>).flatMap(([key, one]) => [
        ...violations(shapes, shape.key!, key, at("key")),
        ...violations(shapes, shape.value!, one, at(`${key}.member`)),
      ])
    default:
      return []
  }
}

function ofStructure(
  shapes: Shapes,
  { members = {}, required = [] }: Shape,
  value: Record<string, unknown>,
  at: (part: string) => string,
): Violation[] {
  const given = Object.entries(value).filter(([, one]) => one !== undefined && one !== null)
  const missing = required.filter((name) => given.every(([key]) => key !== name))
  return [
    ...missing.map((name) => violation(at(name), "Value null", "not be null")),
    ...given.flatMap(([name, one]): Violation[] => {
      const shape = Object.hasOwn(members, name) ? members[name] : undefined
      if (shape) return violations(shapes, shape, one, at(name))
      return [{ path: at(name), kind: "unknown", message: `there is no member ${at(name)}` }]
    }),
  ]
}

/** A value without what a shape does not have, and without nulls: what AWS takes of it. */
export function known(shapes: Shapes, name: string, value: unknown): unknown {
  const { type, members = {}, member, value: valueShape } = shapes[name]!
  switch (type) {
    case "structure":
      return Object.fromEntries(
        Object.entries(value as object)
          .filter(([key, one]) => Object.hasOwn(members, key) && one !== undefined && one !== null)
          .map(([key, one]) => [key, known(shapes, members[key]!, one)]),
      )
    case "list":
      return (value as unknown[]).map((one) => known(shapes, member!, one))
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, one]) => [key, known(shapes, valueShape!, one)]),
      )
    default:
      return value
  }
}
