import type { Service, State, Task } from "./state.ts"

const arn = (state: State, resource: string) => `arn:aws:ecs:${state.region}:${state.account}:${resource}`

export const clusterArn = (state: State, cluster: string) => arn(state, `cluster/${cluster}`)

export const taskDefinitionArn = (state: State, family: string, revision: number) =>
  arn(state, `task-definition/${family}:${revision}`)

export const serviceArn = (state: State, service: Pick<Service, "cluster" | "name">) =>
  arn(state, `service/${service.cluster}/${service.name}`)

export const serviceDeploymentArn = (state: State, service: Pick<Service, "cluster" | "name">, id: string) =>
  arn(state, `service-deployment/${service.cluster}/${service.name}/${id}`)

export const serviceRevisionArn = (state: State, service: Pick<Service, "cluster" | "name">, id: string) =>
  arn(state, `service-revision/${service.cluster}/${service.name}/${id}`)

export const taskArn = (state: State, task: Pick<Task, "cluster" | "id">) =>
  arn(state, `task/${task.cluster}/${task.id}`)

export const containerArn = (state: State, task: Task, container: string) =>
  arn(state, `container/${task.cluster}/${task.id}/${container}`)

/** AWS takes an ARN wherever it takes a name. */
export const nameOf = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1)
