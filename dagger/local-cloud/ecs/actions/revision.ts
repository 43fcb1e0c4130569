import type { LaunchType } from "#aws/ecs"
import { invalidParameter, required } from "../aws-error.ts"
import type { RegisteredTaskDefinition, Revision, State } from "../state.ts"
import { containerDefinition } from "../tasks/container.ts"
import { findActiveTaskDefinition } from "./find.ts"
import { checkLaunchType } from "./launch-type.ts"

/** The revision that a CreateService or UpdateService asks for, with its task definition as an ARN. */
export function revisionOf(state: State, asked: Partial<Revision>, launchType: LaunchType | undefined): Revision {
  const registered = findActiveTaskDefinition(state, required(asked.taskDefinition, "taskDefinition"))
  const { networkConfiguration, platformVersion, loadBalancers = [] } = asked
  checkLaunchType(registered, launchType)
  checkNetwork(registered, networkConfiguration)
  for (const loadBalancer of loadBalancers) checkLoadBalancer(state, registered, loadBalancer)
  return { taskDefinition: registered.arn, networkConfiguration, platformVersion, loadBalancers }
}

export function checkNetwork(
  { definition }: RegisteredTaskDefinition,
  networkConfiguration: Revision["networkConfiguration"],
): void {
  if (definition.networkMode === "awsvpc" && !networkConfiguration) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  }
}

function checkLoadBalancer(
  { targetGroups }: State,
  registered: RegisteredTaskDefinition,
  {
    containerName,
    containerPort,
    targetGroupArn,
    advancedConfiguration,
  }: NonNullable<Revision["loadBalancers"]>[number],
): void {
  const { name, portMappings = [] } = containerDefinition(registered)
  if (containerName !== name) {
    throw invalidParameter(`The container ${containerName} does not exist in the task definition.`)
  }
  if (!portMappings.some((mapping) => mapping.containerPort === containerPort)) {
    throw invalidParameter(`The container ${containerName} did not have a container port ${containerPort} defined.`)
  }
  const alternate = advancedConfiguration?.alternateTargetGroupArn
  for (const arn of [targetGroupArn, ...(alternate ? [alternate] : [])])
    if (!arn || !targetGroups[arn])
      throw invalidParameter(`The target group with targetGroupArn ${arn} does not exist.`)
}
