import { AwsError } from "../aws-error.ts"
import { checkInput } from "../validation/check-input.ts"
import type { Step } from "../step.ts"
import { describeCapacityProviders, listAccountSettings, listContainerInstances } from "./account.ts"
import { createCluster, deleteCluster, describeClusters, listClusters } from "./clusters.ts"
import {
  describeServiceDeployments,
  describeServiceRevisions,
  listServiceDeployments,
  stopServiceDeployment,
} from "./service-deployments.ts"
import { createService } from "./create-service.ts"
import { deleteService, describeServices, listServices } from "./services.ts"
import { listTagsForResource, tagResource, untagResource } from "./tags.ts"
import { listTaskDefinitionFamilies, listTaskDefinitions } from "./task-definition-lists.ts"
import {
  deleteTaskDefinitions,
  deregisterTaskDefinition,
  describeTaskDefinition,
  registerTaskDefinition,
} from "./task-definitions.ts"
import { runTask } from "./run-task.ts"
import { describeTasks, listTasks, stopTask } from "./tasks.ts"
import { updateService } from "./update-service.ts"

/** Each takes the type that AWS gives its input, and answers with the type that AWS gives its output. */
type Action = (step: Step, input: never) => unknown

const table: Record<string, Action> = {
  CreateCluster: createCluster,
  CreateService: createService,
  DeleteCluster: deleteCluster,
  DeleteService: deleteService,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeCapacityProviders: describeCapacityProviders,
  DescribeClusters: describeClusters,
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  DescribeServices: describeServices,
  DescribeTaskDefinition: describeTaskDefinition,
  DescribeTasks: describeTasks,
  ListAccountSettings: listAccountSettings,
  ListClusters: listClusters,
  ListContainerInstances: listContainerInstances,
  ListServiceDeployments: listServiceDeployments,
  ListServices: listServices,
  ListTagsForResource: listTagsForResource,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  ListTaskDefinitions: listTaskDefinitions,
  ListTasks: listTasks,
  RegisterTaskDefinition: registerTaskDefinition,
  RunTask: runTask,
  StopServiceDeployment: stopServiceDeployment,
  StopTask: stopTask,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateService: updateService,
}

/** The operations that the local cloud has. */
export const actionNames: readonly string[] = Object.keys(table)

/** Inputs come over the wire: they are held against AWS's model, and an action checks what it needs. */
export function actionNamed(name: string): (step: Step, input: unknown) => unknown {
  const action = Object.hasOwn(table, name) ? table[name] : undefined
  if (!action) throw new AwsError("UnknownOperationException", `The local cloud's ECS has no action ${name}.`)
  return (step, input) => action(step, checkInput(name, input ?? {}) as never)
}
