import { violations, type Shapes } from "../../local-cloud/ecs/validation/shapes.ts"
import { serviceModel } from "./service-model.ts"

/** Codes that any operation may answer with, and that no model lists. */
const commonErrors = ["SerializationException", "UnknownOperationException"]

/**
 * What AWS leaves out of no answer, by shape: what its examples (botocore's examples-1.json) and its documentation's all show.
 * Models require nothing of an answer.
 */
const always: Record<string, string> = {
  Cluster:
    "clusterArn clusterName status registeredContainerInstancesCount runningTasksCount pendingTasksCount activeServicesCount",
  Container: "containerArn taskArn name lastStatus",
  ContainerDefinition: "name image cpu essential environment mountPoints volumesFrom portMappings",
  CreateClusterResponse: "cluster",
  CreateServiceResponse: "service",
  DeleteClusterResponse: "cluster",
  DeleteServiceResponse: "service",
  DeleteTaskDefinitionsResponse: "taskDefinitions failures",
  Deployment:
    "id status taskDefinition desiredCount pendingCount runningCount failedTasks createdAt updatedAt rolloutState",
  DeploymentConfiguration: "maximumPercent minimumHealthyPercent",
  DeregisterTaskDefinitionResponse: "taskDefinition",
  DescribeCapacityProvidersResponse: "capacityProviders failures",
  DescribeClustersResponse: "clusters failures",
  DescribeServiceDeploymentsResponse: "serviceDeployments failures",
  DescribeServiceRevisionsResponse: "serviceRevisions failures",
  DescribeServicesResponse: "services failures",
  DescribeTaskDefinitionResponse: "taskDefinition",
  DescribeTasksResponse: "tasks failures",
  ListAccountSettingsResponse: "settings",
  ListClustersResponse: "clusterArns",
  ListContainerInstancesResponse: "containerInstanceArns",
  ListServiceDeploymentsResponse: "serviceDeployments",
  ListServicesResponse: "serviceArns",
  ListTagsForResourceResponse: "tags",
  ListTaskDefinitionFamiliesResponse: "families",
  ListTaskDefinitionsResponse: "taskDefinitionArns",
  ListTasksResponse: "taskArns",
  RegisterTaskDefinitionResponse: "taskDefinition",
  RunTaskResponse: "tasks failures",
  Service:
    "serviceArn serviceName clusterArn status desiredCount runningCount pendingCount taskDefinition loadBalancers serviceRegistries deploymentConfiguration deployments events createdAt placementConstraints placementStrategy schedulingStrategy enableECSManagedTags propagateTags enableExecuteCommand",
  ServiceDeployment:
    "serviceDeploymentArn serviceArn clusterArn createdAt updatedAt status targetServiceRevision deploymentConfiguration deploymentCircuitBreaker",
  ServiceDeploymentBrief: "serviceDeploymentArn serviceArn clusterArn createdAt status targetServiceRevisionArn",
  ServiceDeploymentCircuitBreaker: "status failureCount threshold",
  ServiceEvent: "id createdAt message",
  ServiceRevision: "serviceRevisionArn serviceArn clusterArn taskDefinition containerImages createdAt",
  ServiceRevisionSummary: "arn requestedTaskCount runningTaskCount pendingTaskCount",
  StopServiceDeploymentResponse: "serviceDeploymentArn",
  StopTaskResponse: "task",
  Task: "taskArn clusterArn taskDefinitionArn containers lastStatus desiredStatus overrides group createdAt version attachments",
  TaskDefinition:
    "taskDefinitionArn family revision status containerDefinitions volumes placementConstraints compatibilities registeredAt",
  UpdateServiceResponse: "service",
}

const { operations, shapes } = serviceModel("ecs")

/** AWS's shapes, where what is always there is required. */
const strict: Shapes = { ...shapes }
for (const [name, members] of Object.entries(always)) {
  const required = members.split(/ +/)
  const unknown = required.filter((member) => !shapes[name]!.members![member])
  if (unknown.length > 0) throw new Error(`AWS's ${name} has no ${unknown.join()}`)
  strict[name] = { ...shapes[name]!, required }
}

/** The same of DescribeTargetHealth, which the local ECS answers, too. */
export function problemsOfTargetHealth(descriptions: unknown): string[] {
  const found = violations(serviceModel("elbv2").shapes, "TargetHealthDescriptions", descriptions)
  return found.map(({ path, message }) => `DescribeTargetHealth: ${path}: ${message}`)
}

/** What AWS would not answer to an operation of ECS, a line each: members that it does not have, values, and what it never leaves out. */
export function problemsOfAnswer(action: string, answer: unknown): string[] {
  const { output } = operations[action]!
  const wire: unknown = JSON.parse(JSON.stringify(answer))
  return violations(strict, output!, wire).map(({ path, message }) => `${action}: ${path}: ${message}`)
}

/** Whether AWS's operation has an error of this code; of one that is no operation, only that it is none. */
export function isErrorOf(action: string, code: string): boolean {
  const own = Object.hasOwn(operations, action) ? operations[action]!.errors : []
  return [...own, ...commonErrors].includes(code)
}
