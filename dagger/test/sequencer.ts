import { BaseSequencer, type TestSpecification } from "vitest/node"

/**
 * Slow files that take longest, in the order in which they start; those that are not named follow them, then the fast ones.
 * Two that need what Terraform has made do not start together: one of them would only wait for the other.
 */
const first = [
  "staging/staging",
  "node/cli",
  "staging/killed",
  "staging/promotion",
  "node/test",
  "infra/quotas",
  "quality/lint/planted",
  "journey/journey",
  "infra/terraform",
  "quality/neon/neon",
]

/** Starts the longest files first, so that no long one is left for a single worker at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => place(one) - place(other))
  }
}

function place({ moduleId, project }: TestSpecification): number {
  if (project.name === "fast") return first.length + 1
  const index = first.findIndex((name) => moduleId.endsWith(`/${name}.integration.test.ts`))
  return index < 0 ? first.length : index
}
