import type { Attempt } from "../delivery/records/attempt.ts"
import type { DescribedDeployment, Unrecorded } from "../delivery/records/describe.ts"
import type { DeploymentRecord } from "../delivery/records/record.ts"
import type { Target } from "../delivery/target.ts"
import { requireEnvironment } from "../platform/environments.ts"
import { short } from "../platform/version.ts"
import { styles } from "./html-styles.ts"
import { escape, timelineSvg, type Drawn } from "./timeline.ts"

/** How a deployment went, as one page that needs nothing else: no script, no font and no picture from elsewhere. */
export const reportHtml = (target: Target, described: DescribedDeployment | Unrecorded): string =>
  "record" in described ? recordedPage(target, described) : attemptPage(target, described.attempt)

function recordedPage(target: Target, { record, attempt, former, migrations }: DescribedDeployment): string {
  const { startedAt, finishedAt, steps = [], services, restores } = record
  const drawn = { startedAt, finishedAt, steps, rollOuts: services, ...attempt }
  return page(target, {
    title: `${target.environment}: deployment ${record.deployment}`,
    outcome: restores === undefined ? "Deployed" : `Rolled back to deployment ${restores}`,
    good: true,
    sections: [
      factsOf(record),
      section("Timeline", timelineOf(drawn) || paragraph("This deployment was recorded before steps were kept.")),
      section("Services", servicesTable(target, record, former)),
      section("Migrations", migrationsOf(record, former, migrations)),
      section("Secrets", secretsOf(record, former)),
      section("Website", siteOf(record, former)),
      eventsOf(attempt),
    ],
  })
}

/** In words; what was refused, or failed, is not recorded. */
const outcomes: Record<Attempt["outcome"], string> = {
  succeeded: "Nothing to change",
  refused: "Refused: no service was touched",
  "rolled-back": "Failed, and rolled back: what ran before serves again, verified",
  "rollback-failed": "Failed, and not rolled back: the platform is not what it was before",
  "not-verified": "Not verified",
  failed: "Failed",
}

function attemptPage(target: Target, attempt: Attempt): string {
  const { outcome, causes, purpose, changes } = attempt
  const rows = changes.map(({ name, from, to }) => [
    consoleLink(target, name),
    from ? `${code(short(from))} → ${code(short(to))}` : code(short(to)),
  ])
  return page(target, {
    title: `${target.environment}: ${purpose}`,
    outcome: outcomes[outcome],
    good: outcome === "succeeded",
    sections: [
      causes.length > 0 ? `<pre class="causes">${escape(causes.join("\n"))}</pre>` : "",
      factsOf(attempt),
      section("Timeline", timelineOf({ ...attempt, rollOuts: [] })),
      changes.length > 0 ? section("Services", table(["Service", "Version"], rows)) : "",
      eventsOf(attempt),
    ],
  })
}

interface Page {
  title: string
  outcome: string
  good: boolean
  sections: string[]
}

function page({ infrastructure }: Target, { title, outcome, good, sections }: Page): string {
  const url = infrastructure.site?.url ?? infrastructure.publicUrl
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escape(title)}</title><style>${styles}</style></head><body><main>`,
    `<header><p class="outcome${good ? "" : " bad"}">${escape(outcome)}</p>`,
    `<h1>${escape(title)}</h1><p><a href="${escape(url)}">${escape(url)}</a></p></header>`,
    ...sections,
    `<footer>Drawn by cat-house from what was recorded.</footer></main></body></html>`,
  ].join("\n")
}

/** The drawing keeps its size on a phone, where it is moved sideways. */
function timelineOf(drawn: Drawn): string {
  const svg = timelineSvg(drawn)
  const legend = `<p class="legend">Of a service: tasks that run, on top of them those that are pending, and × where one failed.</p>`
  return svg && `<div class="wide" tabindex="0">${svg}</div>${drawn.looks ? legend : ""}`
}

/** 2026-11-26 17:07:55 UTC */
const timeOf = (iso: string): string => `${iso.slice(0, 19).replace("T", " ")} UTC`

const section = (title: string, content: string): string => `<section><h2>${title}</h2>${content}</section>`

const paragraph = (text: string): string => `<p>${escape(text)}</p>`

const code = (text: string): string => `<code>${escape(text)}</code>`

function table(heads: string[], rows: string[][]): string {
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join("")
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")
  return `<div class="wide" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
}

function factsOf(of: Attempt | DeploymentRecord): string {
  const { commit, startedAt, finishedAt, by } = of
  const { plan, version, older } = "deployment" in of ? of : {}
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
    const took = seconds === undefined ? "–" : `${seconds.toFixed(1)} s`
    return [consoleLink(target, name), versions, changed ? "changed" : "unchanged", String(desiredCount), took]
  })
  return table(["Service", "Version", "Task definition", "Tasks", "Roll-out"], rows)
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

/** What was told on the way, by the second. */
function eventsOf(attempt: Attempt | undefined): string {
  if (!attempt || attempt.events.length === 0) return ""
  const rows = attempt.events.map(({ at, subject, text, failed }) => {
    const cells = `<td>${at.toFixed(1)} s</td><td>${escape(subject)}</td><td class="text">${escape(text)}</td>`
    return `<tr${failed ? ` class="bad"` : ""}>${cells}</tr>`
  })
  const heads = ["At", "What", "Told"].map((name) => `<th scope="col">${name}</th>`).join("")
  const all = `<table><thead><tr>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table>`
  return section("Events", `<div class="wide" tabindex="0">${all}</div>`)
}
