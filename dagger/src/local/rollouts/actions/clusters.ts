import type * as Aws from "#aws/ecs"
import { clusterArn, nameOf } from "../arns.ts"
import type { State } from "../state.ts"
import type { Step } from "../step.ts"
import type { Wire } from "../wire.ts"
import { defaultCluster } from "./find.ts"

export function createCluster({ state }: Step, input: Wire<Aws.CreateClusterRequest>): Wire<Aws.CreateClusterResponse> {
  const { clusterName = defaultCluster, ...settings } = input
  const existing = state.clusters.find((cluster) => cluster.clusterName === clusterName)
  if (existing) return { cluster: describe(state, existing) }
  const cluster = { ...settings, clusterName, clusterArn: clusterArn(state, clusterName), status: "ACTIVE" }
  state.clusters.push(cluster)
  return { cluster: describe(state, cluster) }
}

export function describeClusters(
  { state }: Step,
  { clusters: references = [defaultCluster] }: Wire<Aws.DescribeClustersRequest>,
): Wire<Aws.DescribeClustersResponse> {
  const names = references.map(nameOf)
  const isKnown = (name: string) => state.clusters.some(({ clusterName }) => clusterName === name)
  return {
    clusters: state.clusters
      .filter(({ clusterName = "" }) => names.includes(clusterName))
      .map((cluster) => describe(state, cluster)),
    failures: names
      .filter((name) => !isKnown(name))
      .map((name) => ({ arn: clusterArn(state, name), reason: "MISSING" })),
  }
}

function describe(state: State, cluster: Wire<Aws.Cluster>): Wire<Aws.Cluster> {
  const tasks = state.tasks.filter((task) => task.cluster === cluster.clusterName)
  const services = state.services.filter((service) => service.cluster === cluster.clusterName)
  return {
    ...cluster,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => lastStatus === "PENDING").length,
    activeServicesCount: services.filter(({ status }) => status === "ACTIVE").length,
  }
}
