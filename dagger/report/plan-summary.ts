import { planId } from "../delivery/plan/plan-id.ts"
import type { Lock } from "../delivery/migrations/locks.ts"
import type { SecretChange } from "../delivery/plan/plan-secrets.ts"
import type { PlannedService } from "../delivery/plan/plan-services.ts"
import type { Plan } from "../delivery/plan/plan.ts"
import type { PlannedSite } from "../delivery/site/plan-site.ts"
import { counted } from "../platform/counted.ts"
import { short } from "../platform/version.ts"
import { table } from "./table.ts"

/** How much of a long list, and of the SQL, is shown; the plan's ID is of all of it. */
const shown = { files: 15, sqlLines: 300 }

/**
 * A plan in GitHub's Markdown, for a workflow's summary and a terminal. It ends with the command that does it; `runner` is
 * how the functions are called here, such as dagger call.
 */
export function planSummary(plan: Plan, runner: string): string {
  const { environment, version, commit, services, jobs, secrets, site, missing, smokeTests, notes } = plan
  const made = commit ? `commit ${short(commit)}` : "a working copy"
  return [
    `## Plan for ${environment}`,
    version ? `It promotes ${version}, made from ${made}.` : `It deploys ${made}.`,
    ...(plan.older ? [`> [!WARNING]\n> ${capital(plan.older)}: this needs \`--allow-older\`.`] : []),
    section("Images", imagesOf(services)),
    section(
      "Task definitions",
      [
        ...services.map(({ service, changes }) => ({ name: service, changes })),
        ...jobs.map(({ job, changes }) => ({ name: job, changes })),
      ]
        .filter(({ changes }) => changes.length > 0)
        .map(changesOf)
        .join("\n\n"),
    ),
    ...(plan.migrations.version === undefined ? [] : [section("Migrations", migrationsOf(plan))]),
    ...(plan.locks.length > 0 ? [section("What they lock", listed(plan.locks.map(lockOf)))] : []),
    section("Secrets", listed(secrets.map(secretOf))),
    ...(site ? [section("Site", siteOf(site))] : []),
    section("Permissions", listed(missing) || "The deployer has all that were checked."),
    section("Release", releaseOf(plan)),
    ...(smokeTests.length > 0
      ? [section("Smoke tests", `Those of ${smokeTests.join(", ")}, once all is verified.`)]
      : []),
    ...(notes.length > 0 ? [section("What could not be read", listed(notes.map((note) => `${note}.`)))] : []),
    section("To do this", ["```sh", commandOf(plan, runner), "```"].join("\n")),
    "Plan ID:",
    // The last line, which a workflow hands to its next job.
    planId(plan),
  ].join("\n\n")
}

/** How new tasks get their users, and what is watched meanwhile. */
function releaseOf({ strategy, bakeSeconds }: Plan): string {
  const ways = () => {
    switch (strategy.type) {
      case "rolling":
        return "New tasks take over one by one"
      case "canary":
        return `New tasks get ${strategy.percent} % of the requests for ${counted(strategy.minutes, "minute")}, then all`
      case "linear":
        return `New tasks get ${strategy.percent} % more of the requests every ${counted(strategy.minutes, "minute")}`
      case "blue-green":
        return `New tasks get all requests at once; the old ones are kept for ${counted(strategy.minutes, "minute")}`
    }
  }
  return `${ways()}.${bakeSeconds > 0 ? ` Afterwards all are watched for ${bakeSeconds} s.` : ""}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const section = (title: string, text: string): string => `### ${title}\n\n${text || "Nothing changes."}`

const listed = (lines: string[]): string => lines.map((line) => `- ${line}`).join("\n")

function imagesOf(services: PlannedService[]): string {
  const rows = services.map(({ service, from, to }) => [
    service,
    from ? imageOf(from) : "nothing",
    from?.image === to.image ? "the same" : imageOf(to),
  ])
  return table(["service", "runs", "is to run"], rows)
}

const imageOf = ({ version, image }: Pick<PlannedService["to"], "version" | "image">): string =>
  image
    ? `${image.slice(image.indexOf("@") + 1)} (version ${short(version)})`
    : `version ${short(version)}, to be built`

const changesOf = ({ name, changes }: { name: string; changes: string[] }): string =>
  `**${name}**\n\n${listed(changes.map((change) => `\`${change}\``))}`

function migrationsOf({ migrations: { from, to, pending, destructive, unread } }: Plan): string {
  if (unread)
    return `Where its service changes, \`${unread}\` runs before it. What that does to the database is not read.`
  if (pending.length === 0) return `The database stays at ${to ?? "no migration"}.`
  const sql = pending.flatMap(({ id, sql }) => [`-- ${id}`, ...sql.split("\n"), ""])
  const left = sql.length - shown.sqlLines
  return [
    `The database goes from ${from ?? "an unknown or empty state"} to ${to}.`,
    "",
    ...(destructive.length > 0 ? ["> [!WARNING]", "> Destructive: this needs `--allow-destructive`.", ">"] : []),
    ...destructive.flatMap(({ revision, reasons, statement }) => [
      `> - ${revision} ${reasons.join(", and ")}: \`${statement.replace(/\s+/g, " ")}\``,
    ]),
    ...(destructive.length > 0 ? [""] : []),
    ...pending.flatMap(({ id, autocommit }) =>
      autocommit
        ? [`> [!NOTE]`, `> ${id} leaves the transaction: what runs before it is not undone if it fails.`, ""]
        : [],
    ),
    "```sql",
    ...sql.slice(0, shown.sqlLines),
    ...(left > 0 ? [`-- and ${left} more lines`] : []),
    "```",
  ].join("\n")
}

const lockOf = ({ revision, what, statement }: Lock): string => `${revision}: ${what} \`${statement}\``

function secretOf({ name, variable, set, version }: SecretChange): string {
  if (!set) return `${name} stays as it is (version ${version})`
  return version
    ? `${name} gets the new value of ${variable}`
    : `${name} is not there yet: the deploy needs ${variable}`
}

function siteOf({ from, to, upload, remove, invalidate }: PlannedSite): string {
  if (from === to && upload.length + remove.length === 0) return `It stays at release ${short(to)}.`
  return [
    `Release ${from ? short(from) : "none"} → ${short(to)}.`,
    "",
    ...filesOf("to upload", upload),
    ...filesOf("to delete", remove),
    ...filesOf("to invalidate", invalidate),
  ].join("\n")
}

function filesOf(what: string, paths: string[]): string[] {
  const more = paths.length > shown.files ? [`  - and ${paths.length - shown.files} more`] : []
  return [`- ${paths.length} ${what}`, ...paths.slice(0, shown.files).map((path) => `  - \`${path}\``), ...more]
}

/** The deploy that carries a plan out. */
function commandOf(plan: Plan, runner: string): string {
  const { environment, version, migrations } = plan
  const rotated = plan.secrets.flatMap(({ name, set, version }) => (set && version !== undefined ? [name] : []))
  return [
    `${runner} deploy --env ${environment}`,
    ...(version ? [`--version ${version}`] : []),
    ...(migrations.destructive.length > 0 ? ["--allow-destructive"] : []),
    ...(plan.older ? ["--allow-older"] : []),
    ...(rotated.length > 0 ? [`--rotate ${rotated.join()}`] : []),
    `--approve ${planId(plan)}`,
  ].join(" ")
}
