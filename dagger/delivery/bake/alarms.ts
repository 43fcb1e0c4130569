import type { MetricAlarm } from "#aws/cloudwatch"
import type { Service } from "../../platform/manifest.ts"
import type { Target } from "../target.ts"

/** DescribeAlarms takes this many names at once. */
const describedAtOnce = 100

/** The alarms of services that have gone off, by service. */
export async function alarmsGoneOff(target: Target, services: Service[]): Promise<Map<string, MetricAlarm[]>> {
  const namesOf = ({ name }: Service) => target.infrastructure.alarms?.[name] ?? []
  const names = services.flatMap(namesOf)
  const goneOff: MetricAlarm[] = []
  const cloudwatch = await target.aws.cloudwatch()
  for (let start = 0; start < names.length; start += describedAtOnce) {
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({
      AlarmNames: names.slice(start, start + describedAtOnce),
      StateValue: "ALARM",
    })
    goneOff.push(...MetricAlarms)
  }
  return new Map(
    services.map((service) => [service.name, goneOff.filter(({ AlarmName }) => namesOf(service).includes(AlarmName!))]),
  )
}
