import { counted } from "../platform/counted.ts"
import type { DeployedService, Deployment } from "../delivery/deployment.ts"
import type { Target } from "../delivery/target.ts"
import type { PublishedImage } from "../delivery/registry/publish.ts"
import type { Trial } from "../delivery/rollback-verify/rollback-verify.ts"
import type { DeployedSite } from "../delivery/site/deploy-site.ts"
import type { Verification } from "../delivery/verify.ts"
import { isRouted, type Routed } from "../platform/service.ts"
import { short } from "../platform/version.ts"
import { table } from "./table.ts"

/** What a deploy did: a table with a row per service, and where it serves. Reads well on a terminal and as Markdown. */
export function deploySummary({ services, site, url, number }: Deployment): string {
  const lines = [serviceTable(services)]
  if (site) lines.push("", siteSummary(site))
  const unchanged = "Nothing to deploy: it already runs what the working copy holds."
  lines.push("", number === undefined ? unchanged : `Deployment ${number}: ${url}`)
  return lines.join("\n")
}

/** Where a platform on this machine is opened, and as whom. */
export function placesToOpen(
  { infrastructure: { site, publicUrl }, platform: { services } }: Pick<Target, "infrastructure" | "platform">,
  awsEndpoint: string,
  account?: { email: string; password: string },
): string {
  return [
    ...(site ? [`Open       ${site.url}`] : []),
    ...(account ? [`Log in as  ${account.email}, password ${account.password}`] : []),
    ...services
      .filter(isRouted)
      .map((service, index) => `${index === 0 ? "Services   " : " ".repeat(11)}${publicUrl}${pageOf(service)}`),
    `AWS        ${awsEndpoint} (for any AWS client: --endpoint-url)`,
  ].join("\n")
}

/** What a browser shows of a service: its documentation, where its sample is what that is made from. */
const pageOf = ({ route: { path, sample } }: Routed): string =>
  sample?.endsWith("/openapi.json") ? sample.replace(/openapi\.json$/, "docs") : path

function serviceTable(services: DeployedService[]): string {
  return table(
    ["service", "version", "task definition", "tasks", "health", "seconds"],
    services.map(({ service, version, taskDefinition, healthyTargets, desiredCount, changed, seconds }) => [
      service,
      short(version),
      shortTaskDefinition(taskDefinition, service),
      `${healthyTargets} of ${desiredCount}`,
      healthyTargets >= desiredCount ? "healthy" : "unhealthy",
      changed ? seconds.toFixed(1) : "unchanged",
    ]),
  )
}

/** `auth:3`, of a family that is named after platform and environment, too. */
const shortTaskDefinition = (arn: string, service: string): string => arn.slice(arn.lastIndexOf(`${service}:`))

/** What became of the site. */
export function siteSummary({ release, changed, uploaded, unchanged, invalidated, seconds }: DeployedSite): string {
  if (!changed) return `The site serves release ${short(release)}, unchanged.`
  return (
    `The site serves release ${short(release)}: ${counted(uploaded, "file")} uploaded, ${unchanged} unchanged, ` +
    `${counted(invalidated.length, "path")} invalidated, in ${seconds.toFixed(1)} s.`
  )
}

/** What a verification saw. */
export function verificationSummary({ services, site, url }: Verification): string {
  const rows = services.map(({ service, version, taskDefinition, healthyTargets, desiredCount, traced }) => [
    service,
    short(version),
    shortTaskDefinition(taskDefinition, service),
    `${healthyTargets} of ${desiredCount}`,
    traced ? "found" : "not asked",
  ])
  return [
    table(["service", "version", "task definition", "healthy", "its log"], rows),
    "",
    ...(site ? [`The site serves release ${short(site)}.`] : []),
    `Verified at ${url}`,
  ].join("\n")
}

/** The images in ECR. */
export function publishSummary(images: PublishedImage[]): string {
  return table(
    ["service", "tags", "digest", ""],
    images.map(({ repository, tags, digest, pushed }) => [
      repository,
      tags.map(shortTag).join(" "),
      digest,
      pushed ? "pushed" : "was there",
    ]),
  )
}

/** A commit or a version with as much of it as people read. */
const shortTag = (tag: string): string => (/^[0-9a-f]{40,64}$/.test(tag) ? short(tag) : tag)

/** The images that were built, and their versions. */
export function buildSummary(images: { service: string; version: string }[]): string {
  return table(
    ["service", "version"],
    images.map(({ service, version }) => [service, short(version)]),
  )
}

/** What the trials of the rollback found, a row each. */
export function trialSummary(trials: Trial[]): string {
  return table(
    ["breakage", "noticed by", "seconds", "requests", "failed of it", "others' requests", "failed of them"],
    trials.map(({ breakage, noticed, seconds, broken, others }) => [
      breakage,
      noticed,
      seconds.toFixed(1),
      String(broken.requests),
      String(broken.failed),
      String(others.requests),
      String(others.failed),
    ]),
  )
}
