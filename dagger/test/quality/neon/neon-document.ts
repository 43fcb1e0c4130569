import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { Ajv2019, type ValidateFunction } from "ajv/dist/2019.js"
import formats from "ajv-formats"
import { parse } from "yaml"

type Node = Record<string, unknown>

interface Parameter {
  name: string
  in: "path" | "query"
  required?: boolean
  schema: Node
}

/** One operation of Neon's API, with its checks. Each throws where a message is not what the document says. */
export interface Route {
  /** Such as `GET /projects/{project_id}/branches` */
  name: string
  path: RegExp
  method: string
  checkRequest(parameters: Record<string, string>, query: URLSearchParams, body: unknown): void
  checkAnswer(status: number, body: unknown): void
}

/**
 * Neon's own OpenAPI document, which comes with its client: a request or an answer that it does not describe is found,
 * in whatever version of it is installed.
 */
export function neonRoutes(names: string[]): Route[] {
  const document = readDocument()
  const ajv = new Ajv2019({ strict: false, allErrors: true, coerceTypes: false })
  formats.default(ajv)
  ajv.addSchema(closed(document) as Node, "neon")

  const validators = new Map<string, ValidateFunction>()
  const check = (what: string, place: string, value: unknown) => {
    if (!validators.has(place)) {
      validators.set(place, ajv.compile({ $ref: `neon#${place}`, unevaluatedProperties: false }))
    }
    const validate = validators.get(place)!
    if (validate(value)) return
    throw new Error(`${what} is not as Neon's document says: ${ajv.errorsText(validate.errors)}`)
  }

  return names.map((name) => {
    const [method, template] = name.split(" ") as [string, string]
    const item = (document.paths as Record<string, Node>)[template]
    const operation = item?.[method.toLowerCase()] as Node | undefined
    if (!operation) throw new Error(`Neon's document has no ${name}`)
    const place = `/paths/${pointer(template)}/${method.toLowerCase()}`
    const parameters = [...list(item!.parameters), ...list(operation.parameters)].map((parameter) => {
      return resolve(document, parameter) as unknown as Parameter
    })
    return {
      name,
      method,
      path: new RegExp(`^${template.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
      checkRequest(path, query, body) {
        for (const key of query.keys()) {
          if (!parameters.some((parameter) => parameter.in === "query" && parameter.name === key))
            throw new Error(`${name} has no parameter ${key}`)
        }
        for (const { name: key, in: place, required, schema } of parameters) {
          const value = place === "path" ? path[key] : (query.get(key) ?? undefined)
          if (value === undefined && required) throw new Error(`${name} requires ${key}`)
          if (value !== undefined && !ajv.validate(schema, typed(value, schema)))
            throw new Error(`${name}: ${key} is ${value}, ${ajv.errorsText()}`)
        }
        if (body !== undefined) check(`${name}'s body`, `${place}/requestBody/content/${json}/schema`, body)
      },
      checkAnswer(status, body) {
        const responses = operation.responses as Record<string, Node>
        const key = responses[status] ? String(status) : "default"
        const ref = responses[key]?.$ref as string | undefined
        const answer = ref ? ref.slice(1) : `${place}/responses/${key}`
        if (body !== undefined) check(`${name}'s ${status}`, `${answer}/content/${json}/schema`, body)
      },
    }
  })
}

const json = pointer("application/json")

function readDocument(): Node {
  const fromModule = createRequire(new URL("../../../package.json", import.meta.url))
  const folder = dirname(dirname(fromModule.resolve("@neondatabase/api-client")))
  return parse(readFileSync(join(folder, "public-v2-for-users.gen.yaml"), "utf8")) as Node
}

/** A key of a JSON pointer in a URL's fragment. */
function pointer(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))
}

const list = (value: unknown): Node[] => (value as Node[] | undefined) ?? []

function resolve(document: Node, node: Node): Node {
  if (typeof node.$ref !== "string") return node
  return node.$ref
    .slice(2)
    .split("/")
    .reduce((found, key) => found[key] as Node, document)
}

function typed(value: string, { type }: Node): unknown {
  if (type === "boolean") return value === "true" ? true : value === "false" ? false : value
  return type === "integer" ? Number(value) : value
}

/** The same document, where an object within another has no property that is not named. OpenAPI would let all pass. */
function closed(value: unknown, inside = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => closed(entry))
  if (typeof value !== "object" || value === null) return value
  const node = value as Node
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, child]) => {
      if (key === "properties") return [key, mapped(child as Node, (schema) => closed(schema, true))]
      return [key, closed(child, key === "items")]
    }),
  )
  const named = "properties" in node || "$ref" in node || "allOf" in node
  return inside && named && !("additionalProperties" in node) ? { ...copy, unevaluatedProperties: false } : copy
}

function mapped(node: Node, change: (child: unknown) => unknown): Node {
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, change(child)]))
}
