import type { MetricDataQuery, MetricDataResult } from "#aws/cloudwatch"
import { requireEnvironment } from "../../platform/environments.ts"
import type { Target } from "../target.ts"

/** What CloudWatch knows of a service in a span of time. */
export interface Figures {
  requests: number
  /** Answered with 5xx by a target, or not at all */
  failed: number
  /** Seconds that 95 of 100 requests took at most: the minutes' figures, weighed by their requests. Absent where none was asked */
  p95?: number | undefined
  /** The largest share of its memory that a task used; absent where it is not measured */
  memory?: number | undefined
}

/** In milliseconds since 1970 */
export interface Span {
  from: number
  to: number
}

/** The load balancer on this machine counts by the second, CloudWatch's metrics of load balancers by the minute. */
const periodSeconds = ({ platform, environment }: Target): number =>
  requireEnvironment(platform, environment).local ? 1 : 60

/** GetMetricData takes this many queries at once. */
const queriesAtOnce = 500

/** What is measured: target groups, whose figures are one, and the memory of a service where one is named. */
export interface Measured {
  name: string
  targetGroups: string[]
  service?: string
}

/** Figures by name, of a span of time. Empty where nobody says by what name CloudWatch knows the load balancer. */
export async function readFigures(
  target: Target,
  measured: Measured[],
  { from, to }: Span,
): Promise<Map<string, Figures>> {
  const { loadBalancer } = target.infrastructure
  if (!loadBalancer) return new Map()
  const client = await target.aws.cloudwatch()
  const { paginateGetMetricData } = await import("#aws/cloudwatch")
  const queries = measured.flatMap((one, index) => queriesOf(target, loadBalancer, one, index))
  const results = new Map<string, MetricDataResult>()
  for (let start = 0; start < queries.length; start += queriesAtOnce) {
    const pages = paginateGetMetricData(
      { client },
      {
        MetricDataQueries: queries.slice(start, start + queriesAtOnce),
        StartTime: new Date(from),
        EndTime: new Date(to),
      },
    )
    for await (const { MetricDataResults = [] } of pages)
      for (const result of MetricDataResults) results.set(result.Id!, joined(results.get(result.Id!), result))
  }
  return new Map(
    measured.map(({ name, targetGroups }, index) => [
      name,
      figuresOf((metric) => groupsOf(targetGroups).flatMap((group) => results.get(idOf(metric, index, group)) ?? [])),
    ]),
  )
}

/** By number. A worker has no target group, but its memory is measured all the same. */
const groupsOf = (targetGroups: string[]): number[] => (targetGroups.length > 0 ? [...targetGroups.keys()] : [0])

type Metric = "requests" | "failed" | "broken" | "p95" | "memory"

const idOf = (metric: Metric, index: number, group: number): string => `${metric}_${index}_${group}`

function queriesOf(
  target: Target,
  loadBalancer: string,
  { targetGroups, service }: Measured,
  index: number,
): MetricDataQuery[] {
  const { cluster } = target.infrastructure
  const Period = periodSeconds(target)
  const query = (
    Id: string,
    [Namespace, MetricName]: [string, string],
    Stat: string,
    dimensions: Record<string, string>,
  ): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace,
        MetricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period,
      Stat,
    },
  })
  const ofTargets = targetGroups.flatMap((arn, group) => {
    const dimensions = { LoadBalancer: loadBalancer, TargetGroup: arn.slice(arn.lastIndexOf(":") + 1) }
    const elb = (metric: Metric, name: string, stat: string) =>
      query(idOf(metric, index, group), ["AWS/ApplicationELB", name], stat, dimensions)
    return [
      elb("requests", "RequestCount", "Sum"),
      elb("failed", "HTTPCode_Target_5XX_Count", "Sum"),
      elb("broken", "TargetConnectionErrorCount", "Sum"),
      elb("p95", "TargetResponseTime", "p95"),
    ]
  })
  if (!service) return ofTargets
  const ofService = { ClusterName: cluster, ServiceName: service }
  return [...ofTargets, query(idOf("memory", index, 0), ["AWS/ECS", "MemoryUtilization"], "Maximum", ofService)]
}

/** Pages of one result, as one. */
const joined = (first: MetricDataResult | undefined, { Timestamps = [], Values = [], ...rest }: MetricDataResult) => ({
  ...rest,
  Timestamps: [...(first?.Timestamps ?? []), ...Timestamps],
  Values: [...(first?.Values ?? []), ...Values],
})

function figuresOf(resultsOf: (metric: Metric) => MetricDataResult[]): Figures {
  const valuesOf = (metric: Metric) => resultsOf(metric).flatMap(({ Values = [] }) => Values)
  const sum = (metric: Metric) => valuesOf(metric).reduce((one, other) => one + other, 0)
  const memory = valuesOf("memory")
  return {
    requests: sum("requests"),
    failed: sum("failed") + sum("broken"),
    p95: weighed(resultsOf("p95"), resultsOf("requests")),
    memory: memory.length > 0 ? Math.max(...memory) / 100 : undefined,
  }
}

/** The mean of figures, each with the weight of the same target group and time. */
function weighed(figures: MetricDataResult[], weights: MetricDataResult[]): number | undefined {
  let [total, weight] = [0, 0]
  for (const [group, { Timestamps = [], Values = [] }] of figures.entries()) {
    const { Timestamps: times = [], Values: counts = [] } = weights[group] ?? {}
    const weightAt = new Map(times.map((time, index) => [time.getTime(), counts[index]!]))
    for (const [index, time] of Timestamps.entries()) {
      const here = weightAt.get(time.getTime()) ?? 0
      total += Values[index]! * here
      weight += here
    }
  }
  return weight > 0 ? total / weight : undefined
}
