import { AwsError } from "../aws-error.ts"
import type { Step } from "../step.ts"
import { createCluster, deleteCluster, describeClusters } from "./clusters.ts"
import {
  describeServiceDeployments,
  describeServiceRevisions,
  listServiceDeployments,
  stopServiceDeployment,
} from "./service-deployments.ts"
import { createService } from "./create-service.ts"
import { deleteService, describeServices, listServices } from "./services.ts"
import {
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitions,
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
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeClusters: describeClusters,
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  DescribeServices: describeServices,
  DescribeTaskDefinition: describeTaskDefinition,
  DescribeTasks: describeTasks,
  ListServiceDeployments: listServiceDeployments,
  ListServices: listServices,
  ListTaskDefinitions: listTaskDefinitions,
  ListTasks: listTasks,
  RegisterTaskDefinition: registerTaskDefinition,
  RunTask: runTask,
  StopServiceDeployment: stopServiceDeployment,
  StopTask: stopTask,
  UpdateService: updateService,
}

/** Inputs come over the wire: an action checks what it needs, and echoes what it does not know. */
export function actionNamed(name: string): (step: Step, input: unknown) => unknown {
  const action = Object.hasOwn(table, name) ? table[name] : undefined
  if (!action) throw new AwsError("UnknownOperationException", `The local cloud's ECS has no action ${name}.`)
  return (step, input) => action(step, (input ?? {}) as never)
}
