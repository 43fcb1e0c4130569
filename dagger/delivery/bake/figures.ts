import type { MetricDataQuery, MetricDataResult } from "#aws/cloudwatch"
import { requireEnvironment } from "../../platform/environments.ts"
import type { Service } from "../../platform/manifest.ts"
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

const metrics = ["requests", "failed", "broken", "p95", "memory"] as const

/** Figures by service, of a span of time. Empty where nobody says by what name CloudWatch knows the load balancer. */
export async function readFigures(
  target: Target,
  services: Service[],
  { from, to }: Span,
): Promise<Map<string, Figures>> {
  const { loadBalancer } = target.infrastructure
  if (!loadBalancer) return new Map()
  const client = await target.aws.cloudwatch()
  const { paginateGetMetricData } = await import("#aws/cloudwatch")
  const queries = services.flatMap((service, index) => queriesOf(target, loadBalancer, service, index))
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
  return new Map(services.map(({ name }, index) => [name, figuresOf((metric) => results.get(idOf(metric, index)))]))
}

const idOf = (metric: (typeof metrics)[number], index: number): string => `${metric}_${index}`

function queriesOf(target: Target, loadBalancer: string, { name }: Service, index: number): MetricDataQuery[] {
  const { cluster, targetGroups } = target.infrastructure
  const targetGroup = targetGroups[name]!
  const Period = periodSeconds(target)
  const query = (
    metric: (typeof metrics)[number],
    [Namespace, MetricName]: [string, string],
    Stat: string,
    dimensions: Record<string, string>,
  ): MetricDataQuery => ({
    Id: idOf(metric, index),
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
  const ofTargets = { LoadBalancer: loadBalancer, TargetGroup: targetGroup.slice(targetGroup.lastIndexOf(":") + 1) }
  const elb = (name: string): [string, string] => ["AWS/ApplicationELB", name]
  return [
    query("requests", elb("RequestCount"), "Sum", ofTargets),
    query("failed", elb("HTTPCode_Target_5XX_Count"), "Sum", ofTargets),
    query("broken", elb("TargetConnectionErrorCount"), "Sum", ofTargets),
    query("p95", elb("TargetResponseTime"), "p95", ofTargets),
    query("memory", ["AWS/ECS", "MemoryUtilization"], "Maximum", { ClusterName: cluster, ServiceName: name }),
  ]
}

/** Pages of one result, as one. */
const joined = (first: MetricDataResult | undefined, { Timestamps = [], Values = [], ...rest }: MetricDataResult) => ({
  ...rest,
  Timestamps: [...(first?.Timestamps ?? []), ...Timestamps],
  Values: [...(first?.Values ?? []), ...Values],
})

function figuresOf(resultOf: (metric: (typeof metrics)[number]) => MetricDataResult | undefined): Figures {
  const sum = (metric: (typeof metrics)[number]) =>
    (resultOf(metric)?.Values ?? []).reduce((one, other) => one + other, 0)
  const memory = resultOf("memory")?.Values ?? []
  return {
    requests: sum("requests"),
    failed: sum("failed") + sum("broken"),
    p95: weighed(resultOf("p95"), resultOf("requests")),
    memory: memory.length > 0 ? Math.max(...memory) / 100 : undefined,
  }
}

/** The mean of figures, each with the weight of the same time. */
function weighed(figures: MetricDataResult | undefined, weights: MetricDataResult | undefined): number | undefined {
  const weightAt = new Map(weights?.Timestamps?.map((time, index) => [time.getTime(), weights.Values![index]!]))
  let [total, weight] = [0, 0]
  for (const [index, time] of (figures?.Timestamps ?? []).entries()) {
    const here = weightAt.get(time.getTime()) ?? 0
    total += figures!.Values![index]! * here
    weight += here
  }
  return weight > 0 ? total / weight : undefined
}
