import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import type { Shape, Shapes } from "../../local-cloud/ecs/validation/shapes.ts"
import { repositoryRoot } from "../platform-copy.ts"

/** AWS's model of one of its services, as botocore has it: version 1.43.106, which ministack's lock file pins. */
export interface ServiceModel {
  operations: Record<string, Operation>
  shapes: Shapes
}

interface Operation {
  /** Names of shapes; absent where there is nothing */
  input?: string | undefined
  output?: string | undefined
  /** Codes of the errors that it answers with, beside those that every operation has */
  errors: string[]
}

interface Reference {
  shape: string
}
type Raw = Omit<Shape, "members" | "member" | "key" | "value"> & {
  members?: Record<string, Reference & { idempotencyToken?: boolean }>
  member?: Reference
  key?: Reference
  value?: Reference
  error?: { code?: string }
}
interface RawModel {
  operations: Record<string, { input?: Reference; output?: Reference; errors?: Reference[] }>
  shapes: Record<string, Raw>
}

const models = new Map<string, ServiceModel>()

/** Reads the model of a service by botocore's name for it: `ecs`, `elbv2`, `secretsmanager`. */
export function serviceModel(service: string): ServiceModel {
  const known = models.get(service)
  if (known) return known
  const { operations, shapes } = readRaw(service)
  const model: ServiceModel = {
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, { input, output, errors = [] }]) => [
        name,
        {
          input: input?.shape,
          output: output?.shape,
          errors: errors.map(({ shape }) => shapes[shape]!.error?.code ?? shape),
        },
      ]),
    ),
    shapes: Object.fromEntries(Object.entries(shapes).map(([name, raw]) => [name, flat(raw)])),
  }
  models.set(service, model)
  return model
}

function readRaw(service: string): RawModel {
  const lib = join(repositoryRoot, ".cathouse", "ministack", "lib")
  const [python] = readdirSync(lib).filter((name) => name.startsWith("python"))
  const folder = join(lib, python!, "site-packages", "botocore", "data", service)
  const latest = readdirSync(folder).toSorted().at(-1)!
  return JSON.parse(gunzipSync(readFileSync(join(folder, latest, "service-2.json.gz"))).toString()) as RawModel
}

/** A shape by names alone, with what its values are held to. The SDK fills in tokens of idempotency by itself. */
function flat({ type, members, member, key, value, required, ...raw }: Raw): Shape {
  const names = members && Object.entries(members).map(([name, { shape }]) => [name, shape])
  const demanded = required?.filter((name) => !members?.[name]?.idempotencyToken)
  const shape = {
    type,
    members: names && (Object.fromEntries(names) as Record<string, string>),
    member: member?.shape,
    key: key?.shape,
    value: value?.shape,
    required: demanded?.length ? demanded : undefined,
    enum: raw.enum,
    min: raw.min,
    max: raw.max,
    pattern: raw.pattern,
  }
  return Object.fromEntries(Object.entries(shape).filter(([, one]) => one !== undefined)) as unknown as Shape
}

/** The shapes that a shape consists of, itself among them, by name. */
export function shapesWithin(shapes: Shapes, ...names: string[]): Shapes {
  const found = new Set<string>()
  const visit = (name: string): void => {
    if (found.has(name)) return
    found.add(name)
    const { members = {}, member, key, value } = shapes[name]!
    for (const next of [...Object.values(members), member, key, value]) if (next) visit(next)
  }
  names.forEach(visit)
  return Object.fromEntries([...found].toSorted().map((name) => [name, shapes[name]!]))
}
