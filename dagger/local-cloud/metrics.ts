import { AwsError } from "./ecs/aws-error.ts"

/** What load balancers have counted, as CloudWatch tells it of a target group. */
export interface Metrics {
  /** Notes an answer: its status, undefined where the target broke the connection, and how long it took. */
  count(targetGroupArn: string, status: number | undefined, seconds: number): void
  /** The body of GetMetricData's answer */
  getMetricData(input: unknown): unknown
}

/** Of one target group in one second */
interface Counted {
  requests: number
  failed: number
  broken: number
  /** In seconds, of answers */
  times: number[]
}

/** Seconds for which it is remembered; AWS's is 15 days at a minute. */
const remembered = 900

interface MetricDataQuery {
  Id: string
  MetricStat?: {
    Metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] }
    Period: number
    Stat: string
  }
}

/** Counts by the second, where CloudWatch does by the minute: a deploy on this machine takes seconds. */
export function metrics(now: () => number = Date.now): Metrics {
  const groups = new Map<string, Map<number, Counted>>()

  function count(targetGroupArn: string, status: number | undefined, seconds: number): void {
    const second = Math.floor(now() / 1000)
    const group = getOrSet(groups, dimensionOf(targetGroupArn), () => new Map<number, Counted>())
    for (const old of group.keys()) {
      if (old > second - remembered) break
      group.delete(old)
    }
    const counted = getOrSet(group, second, () => ({ requests: 0, failed: 0, broken: 0, times: [] }))
    counted.requests += 1
    if (status === undefined) counted.broken += 1
    else counted.times.push(seconds)
    if (status !== undefined && status >= 500) counted.failed += 1
  }

  function getMetricData(input: unknown): unknown {
    const asked = input as { MetricDataQueries?: MetricDataQuery[]; StartTime?: number; EndTime?: number }
    const { MetricDataQueries: queries = [], StartTime: start = 0, EndTime: end = 0 } = asked
    if (start >= end)
      throw new AwsError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
    return { MetricDataResults: queries.map((query) => resultOf(query, start, end)), Messages: [] }
  }

  function resultOf({ Id, MetricStat: stat }: MetricDataQuery, start: number, end: number) {
    const result = {
      Id,
      Label: stat?.Metric.MetricName ?? Id,
      Timestamps: [] as number[],
      Values: [] as number[],
      StatusCode: "Complete",
    }
    const group = stat?.Metric.Dimensions?.find(({ Name }) => Name === "TargetGroup")?.Value
    const seconds =
      (group && stat.Metric.Namespace === "AWS/ApplicationELB" && groups.get(group)) || new Map<number, Counted>()
    const periods = Map.groupBy(
      [...seconds].filter(([second]) => second >= Math.floor(start) && second < end),
      ([second]) => second - (second % stat!.Period),
    )
    // Latest first, as by default.
    for (const [time, entries] of [...periods].toReversed()) {
      const value = valueOf(
        stat!.Metric.MetricName,
        stat!.Stat,
        entries.map(([, counted]) => counted),
      )
      if (value === undefined) continue
      result.Timestamps.push(time)
      result.Values.push(value)
    }
    return result
  }
  return { count, getMetricData }
}

/** A metric of some seconds; undefined where there is nothing to tell, as AWS leaves periods without data out. */
function valueOf(name: string, stat: string, counted: Counted[]): number | undefined {
  const sum = (key: "requests" | "failed" | "broken") =>
    counted.reduce((total, { [key]: one }) => total + one, 0) || undefined
  switch (name) {
    case "RequestCount":
      return sum("requests")
    case "HTTPCode_Target_5XX_Count":
      return sum("failed")
    case "TargetConnectionErrorCount":
      return sum("broken")
    case "TargetResponseTime":
      return percentile(
        counted.flatMap(({ times }) => times),
        Number(/^p(\d+)$/.exec(stat)?.[1]),
      )
    default:
      return undefined
  }
}

function percentile(times: number[], percent: number): number | undefined {
  const sorted = times.toSorted((one, other) => one - other)
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1]
}

/** The part of a target group's ARN by which CloudWatch knows it: `targetgroup/NAME/ID`. */
const dimensionOf = (arn: string): string => arn.slice(arn.lastIndexOf(":") + 1)

function getOrSet<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
