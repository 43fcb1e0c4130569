import type * as Aws from "#aws/ecs"
import { clusterArn, nameOf } from "../arns.ts"
import { AwsError, required } from "../aws-error.ts"
import type { State } from "../state.ts"
import type { Step } from "../step.ts"
import type { Wire } from "../wire.ts"
import { defaultCluster, findCluster } from "./find.ts"
import { page } from "./page.ts"

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
  { clusters: references = [defaultCluster], include = [] }: Wire<Aws.DescribeClustersRequest>,
): Wire<Aws.DescribeClustersResponse> {
  const names = references.map(nameOf)
  const isKnown = (name: string) => state.clusters.some(({ clusterName }) => clusterName === name)
  return {
    clusters: state.clusters
      .filter(({ clusterName = "" }) => names.includes(clusterName))
      .map((cluster) => ({
        ...describe(state, cluster),
        tags: include.includes("TAGS") ? (cluster.tags ?? []) : undefined,
      })),
    failures: names
      .filter((name) => !isKnown(name))
      .map((name) => ({ arn: clusterArn(state, name), reason: "MISSING" })),
  }
}

export function listClusters({ state }: Step, input: Wire<Aws.ListClustersRequest>): Wire<Aws.ListClustersResponse> {
  const { items, nextToken } = page(state.clusters, input)
  return { clusterArns: items.map(({ clusterName = "" }) => clusterArn(state, clusterName)), nextToken }
}

/** AWS keeps a deleted cluster for a while as INACTIVE; here it is gone at once, and its name is free. */
export function deleteCluster(
  { state }: Step,
  { cluster: reference }: Wire<Aws.DeleteClusterRequest>,
): Wire<Aws.DeleteClusterResponse> {
  const cluster = findCluster(state, required(reference, "cluster"))
  const { clusterName } = cluster
  if (state.services.some((service) => service.cluster === clusterName && service.status !== "INACTIVE")) {
    throw new AwsError("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
  }
  if (state.tasks.some((task) => task.cluster === clusterName && task.lastStatus !== "STOPPED")) {
    throw new AwsError("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
  }
  state.clusters = state.clusters.filter((one) => one.clusterName !== clusterName)
  state.services = state.services.filter((service) => service.cluster !== clusterName)
  return { cluster: { ...describe(state, cluster), status: "INACTIVE" } }
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
