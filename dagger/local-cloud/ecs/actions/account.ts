import type * as Aws from "#aws/ecs"
import type { Step } from "../step.ts"
import type { Wire } from "../wire.ts"
import { findCluster } from "./find.ts"
import { page } from "./page.ts"

/** What AWS has without any setting. */
const defaultSettings: Record<string, string> = {
  awsvpcTrunking: "disabled",
  containerInsights: "disabled",
  containerInstanceLongArnFormat: "enabled",
  fargateFIPSMode: "disabled",
  fargateTaskRetirementWaitPeriod: "7",
  guardDutyActivate: "off",
  serviceLongArnFormat: "enabled",
  tagResourceAuthorization: "off",
  taskLongArnFormat: "enabled",
}

/** Nothing is ever set here: there are the defaults, which AWS lists for `effectiveSettings` alone. */
export function listAccountSettings(
  { state }: Step,
  { name, value, effectiveSettings = false, principalArn, ...pages }: Wire<Aws.ListAccountSettingsRequest>,
): Wire<Aws.ListAccountSettingsResponse> {
  const settings = Object.entries(effectiveSettings ? defaultSettings : {})
    .filter(([settingName, set]) => (name ?? settingName) === settingName && (value ?? set) === set)
    .map(([settingName, set]) => ({
      name: settingName as Aws.SettingName,
      value: set,
      principalArn: principalArn ?? `arn:aws:iam::${state.account}:root`,
    }))
  const { items, nextToken } = page(settings, { ...pages, most: 10 })
  return { settings: items, nextToken }
}

/** Those that every account has; the local cloud starts tasks of both in the same way. */
export function describeCapacityProviders(
  { state }: Step,
  { capacityProviders, include = [], ...pages }: Wire<Aws.DescribeCapacityProvidersRequest>,
): Wire<Aws.DescribeCapacityProvidersResponse> {
  const arnOf = (name: string) => `arn:aws:ecs:${state.region}:${state.account}:capacity-provider/${name}`
  const known = ["FARGATE", "FARGATE_SPOT"].map((name) => ({
    capacityProviderArn: arnOf(name),
    name,
    status: "ACTIVE" as const,
    tags: include.includes("TAGS") ? [] : undefined,
  }))
  const asked = capacityProviders?.map((reference) => reference.slice(reference.lastIndexOf("/") + 1))
  const { items, nextToken } = page(
    known.filter(({ name }) => asked?.includes(name) ?? true),
    { ...pages, most: 10 },
  )
  const missing = (asked ?? []).filter((name) => known.every((provider) => provider.name !== name))
  return {
    capacityProviders: items,
    failures: missing.map((name) => ({ arn: arnOf(name), reason: "MISSING" })),
    nextToken,
  }
}

/** Tasks run on this machine, which is no container instance. */
export function listContainerInstances(
  { state }: Step,
  { cluster }: Wire<Aws.ListContainerInstancesRequest>,
): Wire<Aws.ListContainerInstancesResponse> {
  findCluster(state, cluster)
  return { containerInstanceArns: [] }
}
