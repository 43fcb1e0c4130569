import type { Manifest } from "./manifest-schema.ts"

type Environments = Manifest["environments"]

/** What is wrong with the manifest's environments, and with what names them, each with its place in the file. */
export function problemsOfEnvironments({ environments }: Manifest): string[] {
  return [
    ...problemsOfLocal(environments),
    ...Object.keys(environments).flatMap((name) => problemsOfPromotion(environments, name)),
  ]
}

function problemsOfLocal(environments: Environments): string[] {
  const [first, ...others] = Object.entries(environments).filter(([, { local }]) => local)
  if (!first) return ['environments: none is on this machine, give one "local": true']
  const [name, { approval, promotesFrom }] = first
  const place = `environments.${name}`
  return [
    ...others.map(([other]) => `environments.${other}.local: ${name} is on this machine already, expected one that is`),
    ...(approval ? [`${place}.approval: what is on this machine needs no approval`] : []),
    ...(promotesFrom === undefined ? [] : [`${place}.promotesFrom: what is on this machine has the working copy`]),
  ]
}

function problemsOfPromotion(environments: Environments, name: string): string[] {
  const { local, promotesFrom } = environments[name]!
  if (local || promotesFrom === undefined) return []
  const place = `environments.${name}.promotesFrom`
  const from = environments[promotesFrom]
  if (!from) return [`${place}: ${unknownEnvironment(environments, promotesFrom)}`]
  if (from.local) return [`${place}: ${promotesFrom} is on this machine, and nothing in AWS can be promoted from it`]
  const chain = chainFrom(environments, name)
  return chain.at(-1) === name ? [`${place}: goes in a circle, ${chain.join(" from ")}`] : []
}

/** The environments that one is promoted from, itself first, until there is none or one comes again. */
function chainFrom(environments: Environments, name: string): string[] {
  const chain: string[] = []
  for (let next: string | undefined = name; next !== undefined; next = environments[next]?.promotesFrom) {
    chain.push(next)
    if (chain.indexOf(next) < chain.length - 1) break
  }
  return chain
}

/** That a name is no environment of the manifest, and which are. */
export const unknownEnvironment = (environments: Environments, name: string): string =>
  `${name} is not an environment, expected one of: ${Object.keys(environments).join(", ")}`

/** What of a record by environment belongs to none. */
export const unknownKeys = (environments: Environments, keyed: Record<string, unknown>): string[] =>
  Object.keys(keyed)
    .filter((name) => !environments[name])
    .map((name) => `${name}: ${unknownEnvironment(environments, name)}`)
