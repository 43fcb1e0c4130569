import type { TargetHealthDescription } from "#aws/elb"
import type { Target } from "../target.ts"

/** ARNs of a service's target groups: none of a worker, one, or two where its environment can shift traffic between them. */
export function targetGroupsOf({ infrastructure: { targetGroups, shifts } }: Target, service: string): string[] {
  return [targetGroups[service], shifts?.[service]?.alternateTargetGroup].flatMap((arn) => arn ?? [])
}

/** The targets of a service, in whichever of its groups they are. */
export async function readTargets(target: Target, service: string): Promise<TargetHealthDescription[]> {
  const elb = await target.aws.elb()
  const answers = await Promise.all(
    targetGroupsOf(target, service).map((TargetGroupArn) => elb.describeTargetHealth({ TargetGroupArn })),
  )
  return answers.flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
}
