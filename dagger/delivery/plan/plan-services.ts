import { tasksOf } from "../../platform/environments.ts"
import type { Service } from "../../platform/manifest.ts"
import type { DeploymentRecord } from "../records/record.ts"
import { readRunning } from "../ecs/services.ts"
import type { PlannedImage } from "../artifacts.ts"
import type { Target } from "../target.ts"
import { container, taskDefinition, versionIn, versionLabel, type SecretReferences } from "../ecs/task-definition.ts"
import { diffDefinitions, type KnownDefinition } from "./diff-definitions.ts"
import type { Read } from "./read.ts"

/** What would become of a service. */
export interface PlannedService {
  service: string
  /** What runs; absent where nothing does */
  from?: { version: string; image: string } | undefined
  to: PlannedImage
  /** How its task definition would change, and its number of tasks, a line each; none where it is left alone */
  changes: string[]
}

/** What runs of a service, as far as it is known. */
interface Known {
  definition: KnownDefinition
  desiredCount: number
  /** Whether all of the definition is known */
  whole: boolean
}

/** Compares what runs with what there is to deploy. */
export async function planServices(
  target: Target,
  images: PlannedImage[],
  secrets: SecretReferences,
  read: Read,
): Promise<PlannedService[]> {
  const { services } = target.platform
  const known = await read(
    "the services and their task definitions",
    async () =>
      (await readRunning(target, services)).map(({ definition, revision }) => ({
        definition,
        desiredCount: revision.desiredCount,
        whole: true,
      })),
    (last) => services.map((service) => recorded(target, service, last)),
  )
  return services.map((service, index) => planService(target, service, known[index]!, images[index]!, secrets))
}

/** The task definition that a service would run. */
export const plannedDefinition = (target: Target, service: Service, to: PlannedImage, secrets: SecretReferences) =>
  taskDefinition(target, service, { ...to, image: to.image ?? `not built yet (${to.version})` }, secrets)

function planService(
  target: Target,
  service: Service,
  { definition, desiredCount, whole }: Known,
  to: PlannedImage,
  secrets: SecretReferences,
): PlannedService {
  const wanted = plannedDefinition(target, service, to, secrets)
  const version = versionIn(definition)
  const changes = diffDefinitions(definition, whole ? wanted : recordedPart(wanted))
  if (desiredCount === 0) changes.push(`tasks: 0 → ${tasksOf(target.platform, service, target.environment)}`)
  const from = version && desiredCount > 0 ? { version, image: container(definition)!.image! } : undefined
  return { service: service.name, from, to, changes }
}

/** What a record tells of a service's task definition: sizes and variables are not in it. */
function recorded({ infrastructure }: Target, service: Service, last: DeploymentRecord): Known {
  const found = last.services.find(({ name }) => name === service.name)
  if (!found) return { definition: {}, desiredCount: 0, whole: true }
  const secrets = service.secrets.map((name) => ({
    name,
    valueFrom: `${infrastructure.secrets[name]}:::${last.secrets[name]}`,
  }))
  const dockerLabels = { [versionLabel]: found.version }
  return {
    definition: { containerDefinitions: [{ image: found.image, dockerLabels, secrets }] },
    desiredCount: found.desiredCount,
    whole: false,
  }
}

function recordedPart(wanted: ReturnType<typeof taskDefinition>): ReturnType<typeof taskDefinition> {
  const { image, dockerLabels, secrets } = container(wanted)!
  return { family: undefined, containerDefinitions: [{ image, dockerLabels, secrets }] }
}
