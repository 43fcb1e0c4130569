import type * as Aws from "#aws/ecs"
import { nameOf } from "../arns.ts"
import { primaryOf } from "../scheduler/deployments.ts"
import type { State } from "../state.ts"
import type { Wire } from "../wire.ts"
import { defaultCluster, serviceNamed } from "./find.ts"

/** The target groups whose settings an action needs to be read before it. */
export function targetGroupsOf(state: State, action: string, input: unknown): string[] {
  const loadBalancers =
    action === "CreateService"
      ? (input as Wire<Aws.CreateServiceRequest>).loadBalancers
      : action === "UpdateService"
        ? loadBalancersAfter(state, input as Wire<Aws.UpdateServiceRequest>)
        : []
  return (loadBalancers ?? []).flatMap(({ targetGroupArn, advancedConfiguration }) =>
    [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].flatMap((arn) => arn ?? []),
  )
}

function loadBalancersAfter(state: State, { cluster, service = "", loadBalancers }: Wire<Aws.UpdateServiceRequest>) {
  const existing = serviceNamed(state, nameOf(cluster ?? defaultCluster), service)
  return loadBalancers ?? (existing && primaryOf(existing).revision.loadBalancers)
}
