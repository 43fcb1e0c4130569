import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { openLocal, type LocalEnvironment } from "../dagger/commands/environment.ts"
import { deploy } from "../dagger/delivery/deploy.ts"
import { restoreServices } from "../dagger/delivery/ecs/restore.ts"
import { describeServices, primaryOf, readRunning, type Running } from "../dagger/delivery/ecs/services.ts"
import { until } from "../dagger/delivery/poll.ts"
import { startTraffic } from "../dagger/delivery/rollback-verify/traffic.ts"
import type { Target } from "../dagger/delivery/target.ts"
import { nodeRunner } from "../dagger/node/runner.ts"
import { announce } from "../dagger/node/up-record.ts"
import { table } from "../dagger/report/table.ts"
import { copyPlatform } from "../dagger/test/platform-copy.ts"
import { cases, linesOfCause, type Case } from "./comparison/cases.ts"
import { findTools, use, type End, type Place, type Tool } from "./comparison/tools.ts"
import { silent } from "./silent.ts"

/**
 * What tools say of deploys that should not succeed: this one and those that others wait with, each on the same local ECS, with
 * the same image and task definition, while the service has users.
 *   npm run compare                 all cases; what each tool wrote is in reports/comparison
 *   npm run compare -- crash slow   some, in this order
 */
const root = join(import.meta.dirname, "..")
const reports = join(root, "reports", "comparison")
const broken = "catalog"

/** How long this tool watches what it has rolled out; production's are 300. */
const bakeSeconds = 60

/** So many requests are answered before anything is changed. */
const comparedRequests = 100

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => cases.every((one) => one.name !== name))
if (unknown.length > 0) {
  console.error(`There is no case ${unknown.join(", ")}. There are ${cases.map(({ name }) => name).join(", ")}.`)
  process.exit(2)
}
await mkdir(reports, { recursive: true })
const tools = await findTools()
const rows: string[][] = []
const chosen = wanted.length > 0 ? wanted.map((name) => cases.find((one) => one.name === name)!) : cases
for (const one of chosen) rows.push(...(await compare(one)))
console.log(`\n${table(["deployed", "tool", "exit code", "seconds", "lines of cause", "runs afterwards"], rows)}`)

/** One case, in a local cloud of its own: the figures of an earlier one would be compared with. */
async function compare(one: Case): Promise<string[][]> {
  // What is deployed comes from another working copy than the cloud.
  const [host, copy] = [await copyPlatform(), await copyPlatform()]
  for (const root of [host, copy]) await setBakeTime(root)
  const environment = await openLocal(nodeRunner(host, { ...silent, close() {} }), { site: false }, silent)
  await announce(copy, environment.endpoint)
  try {
    await deploy(environment.target, await environment.artifacts(), silent)
    return await compareIn(environment, copy, one)
  } finally {
    await environment.close()
    for (const root of [host, copy]) await rm(root, { recursive: true, force: true })
  }
}

async function compareIn({ target, endpoint }: LocalEnvironment, copy: string, one: Case): Promise<string[][]> {
  const { platform, infrastructure } = target
  const service = platform.services.find(({ name }) => name === broken)!
  const before = await readRunning(target, platform.services)
  const { definition, revision } = before.find((running) => running.service.name === broken)!
  const place: Place = {
    copy,
    endpoint,
    region: platform.region,
    cluster: infrastructure.cluster,
    service: broken,
    former: revision.taskDefinition,
  }
  const theirs = await registerBeside(target, definition)
  const traffic = startTraffic(target, [broken])
  const rows: string[][] = []
  try {
    await traffic.called(service, comparedRequests)
    await one.change(copy, platform, service)
    for (const tool of tools) {
      const deployed = await latestRevision(target, definition.family!)
      const overtaken = one.superseded ? overtake(target, place.former, theirs) : undefined
      const end = await use(tool, place, deployed)
      await overtaken
      await writeFile(join(reports, `${one.name}, ${tool.name.split(/[ ,]/)[0]}.txt`), end.output)
      rows.push(rowOf(one, tool, end, await whatRuns(target, place.former, theirs)))
      console.log(rows.at(-1)!.join(" | "))
      await restoreServices(target, before, [await latestRevision(target, definition.family!), theirs], silent)
    }
  } finally {
    await traffic.stop()
  }
  return rows
}

/** Lets the local environment bake, as staging does. */
async function setBakeTime(copy: string): Promise<void> {
  const path = join(copy, "platform.json")
  const platform = JSON.parse(await readFile(path, "utf8")) as { environments: { local: { bakeSeconds?: number } } }
  platform.environments.local.bakeSeconds = bakeSeconds
  await writeFile(path, JSON.stringify(platform))
}

/** The newest task definition of a family: once this tool has deployed, what it has registered. */
async function latestRevision(target: Target, familyPrefix: string): Promise<string> {
  const ecs = await target.aws.ecs()
  const { taskDefinitionArns } = await ecs.listTaskDefinitions({ familyPrefix, sort: "DESC" })
  return taskDefinitionArns![0]!
}

/** A good revision that somebody else deploys. */
async function registerBeside(
  target: Target,
  { containerDefinitions, ...former }: Running["definition"],
): Promise<string> {
  const ecs = await target.aws.ecs()
  const { networkMode, requiresCompatibilities, cpu, memory, executionRoleArn, taskRoleArn } = former
  const { taskDefinition } = await ecs.registerTaskDefinition({
    ...{ networkMode, requiresCompatibilities, cpu, memory, executionRoleArn, taskRoleArn, containerDefinitions },
    family: "beside",
  })
  return taskDefinition!.taskDefinitionArn!
}

async function primaryRevision(target: Target): Promise<string> {
  const described = await describeServices(target, [broken])
  return primaryOf(described.get(broken))!.taskDefinition!
}

/** Deploys theirs as soon as a tool's roll-out is under way. */
async function overtake(target: Target, former: string, theirs: string): Promise<void> {
  const pace = { everySeconds: 0.05, forSeconds: 60 }
  const seen = await until(
    target.clock,
    pace,
    () => primaryRevision(target),
    (primary) => primary !== former,
  )
  if (seen === former) return
  const ecs = await target.aws.ecs()
  await ecs.updateService({ cluster: target.infrastructure.cluster, service: broken, taskDefinition: theirs })
}

async function whatRuns(target: Target, former: string, theirs: string): Promise<string> {
  const primary = await primaryRevision(target)
  return primary === former ? "the former version" : primary === theirs ? "somebody else's" : "what was deployed"
}

function rowOf(one: Case, tool: Tool, { exitCode, seconds, output }: End, runs: string): string[] {
  const lines = linesOfCause(one, output)
  return [one.name, tool.name, String(exitCode ?? "none"), seconds.toFixed(1), String(lines), runs]
}
