import type { DescribedDeployment } from "../delivery/records/describe.ts"
import type { DeploymentRecord } from "../delivery/records/record.ts"
import type { Target } from "../delivery/target.ts"
import { requireEnvironment } from "../platform/environments.ts"
import { short } from "../platform/version.ts"
import { styles } from "./html-styles.ts"
import { escape, timelineSvg } from "./timeline.ts"

/** A recorded deployment as one page that needs nothing else: no script, no font and no picture from elsewhere. */
export function reportHtml(target: Target, { record, former, migrations }: DescribedDeployment): string {
  const { environment, infrastructure } = target
  const title = `${environment}: deployment ${record.deployment}`
  const url = infrastructure.site?.url ?? infrastructure.publicUrl
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escape(title)}</title><style>${styles}</style></head><body><main>`,
    `<header><p class="outcome">${record.restores === undefined ? "Deployed" : `Rolled back to deployment ${record.restores}`}</p>`,
    `<h1>${escape(title)}</h1><p><a href="${escape(url)}">${escape(url)}</a></p></header>`,
    factsOf(record),
    section("Timeline", timelineOf(record) || paragraph("This deployment was recorded before steps were kept.")),
    section("Services", servicesTable(target, record, former)),
    section("Migrations", migrationsOf(record, former, migrations)),
    section("Secrets", secretsOf(record, former)),
    section("Website", siteOf(record, former)),
    `<footer>Drawn by cat-house from the deployment's record.</footer></main></body></html>`,
  ].join("\n")
}

/** The drawing keeps its size on a phone, where it is moved sideways. */
function timelineOf(record: DeploymentRecord): string {
  const svg = timelineSvg(record)
  return svg && `<div class="wide" tabindex="0">${svg}</div>`
}

/** 2026-11-26 17:07:55 UTC */
const timeOf = (iso: string): string => `${iso.slice(0, 19).replace("T", " ")} UTC`

const section = (title: string, content: string): string => `<section><h2>${title}</h2>${content}</section>`

const paragraph = (text: string): string => `<p>${escape(text)}</p>`

const code = (text: string): string => `<code>${escape(text)}</code>`

function factsOf(record: DeploymentRecord): string {
  const { commit, startedAt, finishedAt, by, plan, version, older } = record
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
  const facts: [string, string][] = [
    ["Finished", escape(timeOf(finishedAt))],
    ["Took", `${seconds.toFixed(0)} s`],
    ["By", code(by)],
    ["Commit", commit ? `${code(short(commit.sha))}${commit.changed ? " with changes" : ""}` : "none"],
    ...(version ? [["Promotes", escape(version)] as [string, string]] : []),
    ...(plan ? [["Plan", code(plan)] as [string, string]] : []),
    ...(older ? [["Older", escape(older)] as [string, string]] : []),
  ]
  return `<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>`
}

function servicesTable(target: Target, record: DeploymentRecord, former: DeploymentRecord | undefined): string {
  const before = new Map(former?.services.map((service) => [service.name, service]))
  const rows = record.services.map(({ name, version, taskDefinition, desiredCount, seconds }) => {
    const old = before.get(name)
    const changed = old?.taskDefinition !== taskDefinition
    const versions =
      old && old.version !== version ? `${code(short(old.version))} → ${code(short(version))}` : code(short(version))
    const cells = [consoleLink(target, name), versions, changed ? "changed" : "unchanged", String(desiredCount)]
    return `<tr>${[...cells, seconds === undefined ? "–" : `${seconds.toFixed(1)} s`].map((cell) => `<td>${cell}</td>`).join("")}</tr>`
  })
  const head = ["Service", "Version", "Task definition", "Tasks", "Roll-out"].map(
    (name) => `<th scope="col">${name}</th>`,
  )
  return `<div class="wide" tabindex="0"><table><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
}

/** A service's name, with a way to it in AWS's console; on this machine there is none. */
function consoleLink({ platform, environment, infrastructure: { cluster } }: Target, name: string): string {
  if (requireEnvironment(platform, environment).local) return escape(name)
  const { region } = platform
  const path = `ecs/v2/clusters/${encodeURIComponent(cluster)}/services/${encodeURIComponent(name)}/health`
  return `<a href="https://${region}.console.aws.amazon.com/${path}?region=${region}">${escape(name)}</a>`
}

function migrationsOf(
  record: DeploymentRecord,
  former: DeploymentRecord | undefined,
  migrations: DescribedDeployment["migrations"],
): string {
  if (record.migration === undefined) return paragraph("None was recorded.")
  if (migrations.length === 0) return paragraph(`The database stayed at ${record.migration}.`)
  const sql = migrations.map(({ id, sql }) => `-- ${id}\n${sql}`).join("\n\n")
  return `${paragraph(`From ${former?.migration ?? "nothing"} to ${record.migration}.`)}<pre tabindex="0">${escape(sql)}</pre>`
}

function secretsOf(record: DeploymentRecord, former: DeploymentRecord | undefined): string {
  const changed = Object.entries(record.secrets).filter(([name, version]) => former?.secrets[name] !== version)
  if (changed.length === 0) return paragraph("No secret changed.")
  return `<p>New values: ${changed.map(([name]) => code(name)).join(", ")}</p>`
}

function siteOf({ site }: DeploymentRecord, former: DeploymentRecord | undefined): string {
  if (site === undefined) return paragraph("The environment has no website.")
  if (site === former?.site) return paragraph(`It stayed at release ${short(site)}.`)
  return `<p>Release ${former?.site ? `${code(short(former.site))} → ` : ""}${code(short(site))}</p>`
}
