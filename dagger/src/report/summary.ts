import type { DeployedService } from "../delivery/deploy.ts"
import type { Trial } from "../delivery/rollback-verify.ts"
import type { BuiltImage } from "../delivery/target.ts"
import { short } from "../platform/version.ts"

/** What a deploy did, a row per service. */
export function deploySummary(services: DeployedService[]): string {
  return table(
    ["service", "version", "task definition", "tasks", "health", "seconds"],
    services.map(({ service, version, taskDefinition, healthyTargets, desiredCount, changed, seconds }) => [
      service,
      short(version),
      taskDefinition.replace(/^.*task-definition\/(cat-house-)?/, ""),
      `${healthyTargets} of ${desiredCount}`,
      healthyTargets >= desiredCount ? "healthy" : "unhealthy",
      changed ? seconds.toFixed(1) : "unchanged",
    ]),
  )
}

/** The images of services. */
export function buildSummary(images: BuiltImage[]): string {
  return table(
    ["service", "version", "image"],
    images.map(({ service, version, image }) => [service, short(version), shortImage(image)]),
  )
}

/** An image without its registry, and with as much of its digest as people read. */
const shortImage = (image: string): string =>
  image
    .replace(/^[^/]+\//, "")
    .replace(/(sha256:)([0-9a-f]+)/, (_, algorithm: string, digest: string) => `${algorithm}${short(digest)}`)

/** What the trials of the rollback found, a row each. */
export function trialSummary(trials: Trial[]): string {
  return table(
    ["breakage", "breaker", "seconds", "requests", "failed of it", "others' requests", "failed of them"],
    trials.map(({ breakage, failures, threshold, seconds, broken, others }) => [
      breakage,
      `fired at ${failures} of ${threshold}`,
      seconds.toFixed(1),
      String(broken.requests),
      String(broken.failed),
      String(others.requests),
      String(others.failed),
    ]),
  )
}

/** Columns as wide as their widest cell. */
export function table(head: string[], rows: string[][]): string {
  const lines = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const rule = widths.map((width) => "─".repeat(width))
  return [head, rule, ...rows]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}
