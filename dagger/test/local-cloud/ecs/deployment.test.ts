import type * as Aws from "#aws/ecs"
import { expect, test } from "vitest"
import { deploy, finish, running, targetGroupArn, world, behindLoadBalancer } from "./world.ts"

test("a good update ends with the new revision alone, and says so everywhere", () => {
  const cats = running({})
  deploy(cats, "better")
  finish(cats)

  expect(cats.serviceDeployment()).toMatchObject({
    status: "SUCCESSFUL",
    deploymentCircuitBreaker: { status: "MONITORING_COMPLETE", failureCount: 0, threshold: 3 },
    targetServiceRevision: { requestedTaskCount: 1, runningTaskCount: 1, pendingTaskCount: 0 },
    sourceServiceRevisions: [{ runningTaskCount: 0 }],
  })
  const { deployments, taskDefinition, runningCount } = cats.service()
  expect(deployments).toHaveLength(1)
  expect(deployments?.[0]).toMatchObject({
    status: "PRIMARY",
    rolloutState: "COMPLETED",
    rolloutStateReason: `ECS deployment ${deployments?.[0]?.id} completed.`,
    runningCount: 1,
    failedTasks: 0,
  })
  expect([taskDefinition, runningCount]).toEqual([expect.stringMatching(/task-definition\/auth:2$/), 1])
})

test("an update starts first, and stops the old task only when the new one is healthy", () => {
  const cats = running({})
  const [old] = cats.tasks()
  deploy(cats, "better")
  cats.passUntil(() => cats.tasks("STOPPED").length > 0)
  expect(cats.healthyTargets()).toHaveLength(1)
  expect(cats.tasks("STOPPED")[0]).toMatchObject({
    taskArn: old?.taskArn,
    lastStatus: "DEACTIVATING",
    stopCode: "ServiceSchedulerInitiated",
    stoppedReason: `Scaling activity initiated by (deployment ${cats.primary()?.id})`,
  })
})

test("a deployment is IN_PROGRESS until the old task is gone, its draining included", () => {
  const cats = running({}, {}, { deregistrationDelaySeconds: 60 })
  deploy(cats, "better")
  cats.passUntil(() => cats.tasks("STOPPED").length > 0)
  cats.pass(59)
  expect(cats.primary()).toMatchObject({ rolloutState: "IN_PROGRESS", runningCount: 1 })
  expect(cats.service().deployments).toHaveLength(2)
  cats.pass(3)
  expect(cats.primary()).toMatchObject({ rolloutState: "COMPLETED" })
})

test("the events of an update are AWS's, in AWS's order", () => {
  const cats = running({})
  const before = cats.events().length
  const [old] = cats.tasks()
  deploy(cats, "better")
  finish(cats)
  const [fresh] = cats.tasks()
  const id = (task: typeof old) => task?.taskArn?.split("/").at(-1)
  expect(cats.events().slice(before)).toEqual([
    `(service auth) has started 1 tasks: (task ${id(fresh)}).`,
    `(service auth) registered 1 targets in (target-group ${targetGroupArn})`,
    `(service auth) has stopped 1 running tasks: (task ${id(old)}).`,
    `(service auth, taskSet ${old?.startedBy}) has begun draining connections on 1 tasks.`,
    `(service auth) deregistered 1 targets in (target-group ${targetGroupArn})`,
    `(service auth) (deployment ${cats.primary()?.id}) deployment completed.`,
    `(service auth) has reached a steady state.`,
  ])
})

test("without a target group, a task counts as healthy after 40 s of RUNNING", () => {
  const cats = world()
  cats.call("CreateService", { serviceName: "auth", taskDefinition: cats.register("good"), desiredCount: 1 })
  cats.pass(40.9)
  expect(cats.primary()).toMatchObject({ rolloutState: "IN_PROGRESS", runningCount: 1 })
  cats.pass(0.2)
  expect(cats.primary()).toMatchObject({ rolloutState: "COMPLETED" })
})

test("a deployment of no tasks completes at once", () => {
  const cats = world()
  cats.call("CreateService", { serviceName: "auth", taskDefinition: cats.register("good"), desiredCount: 0 })
  expect(cats.primary()).toMatchObject({ rolloutState: "COMPLETED" })
  expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
})

test("a second deploy during the first stops it, and ends with the second alone", () => {
  const cats = running({ slow: { answers: () => "failed" } }, { healthCheckGracePeriodSeconds: 300 })
  deploy(cats, "slow")
  cats.pass(5)
  deploy(cats, "better")
  expect(cats.serviceDeployments().map(({ status }) => status)).toEqual(["IN_PROGRESS", "STOPPED", "SUCCESSFUL"])
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
  expect(cats.service().deployments).toHaveLength(1)
  expect(cats.service().taskDefinition).toMatch(/auth:3$/)
  expect(cats.tasks()).toHaveLength(1)
})

test.each([
  ["desiredCount", { desiredCount: 2 }, 0],
  ["the grace period", { healthCheckGracePeriodSeconds: 7 }, 0],
  ["deploymentConfiguration", { deploymentConfiguration: { minimumHealthyPercent: 50 } }, 0],
  ["the same task definition", { taskDefinition: "auth:1" }, 0],
  ["the same task definition, forced", { taskDefinition: "auth:1", forceNewDeployment: true }, 1],
  ["networkConfiguration", { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } } }, 1],
  ["platformVersion", { platformVersion: "1.4.0" }, 1],
  ["loadBalancers", { loadBalancers: [] }, 1],
])("an update of %s makes as many deployments as on AWS", (_, change, made) => {
  const cats = running({})
  const [before, id] = [cats.serviceDeployments().length, cats.primary()?.id]
  cats.call("UpdateService", { service: "auth", ...change })
  expect(cats.serviceDeployments()).toHaveLength(before + made)
  expect(cats.primary()?.id !== id).toBe(made > 0)
})

test("scaling to zero and back makes no deployment, and ends steady", () => {
  const cats = running({})
  cats.call("UpdateService", { service: "auth", desiredCount: 0 })
  cats.pass(20)
  expect(cats.service()).toMatchObject({ runningCount: 0, pendingCount: 0, desiredCount: 0 })
  cats.call("UpdateService", { service: "auth", desiredCount: 3 })
  cats.pass(20)
  expect(cats.service()).toMatchObject({ runningCount: 3, desiredCount: 3 })
  expect(cats.serviceDeployments()).toHaveLength(1)
  expect(cats.events().at(-1)).toBe("(service auth) has reached a steady state.")
})

test("a task definition is deployed to a service at zero without a task", () => {
  const cats = running({}, { desiredCount: 0 })
  deploy(cats, "better")
  expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
  expect(cats.effects).toEqual([])
})

test("a deleted service drains its tasks and becomes INACTIVE", () => {
  const cats = running({}, { desiredCount: 2 })
  expect(() => cats.call("DeleteService", { service: "auth" })).toThrow("while it is scaled above 0")
  cats.call("DeleteService", { service: "auth", force: true })
  expect(cats.service().status).toBe("DRAINING")
  cats.pass(20)
  expect(cats.service().status).toBe("INACTIVE")
  expect(cats.tasks()).toEqual([])
  const again = { serviceName: "auth", taskDefinition: "auth:1", desiredCount: 1, ...behindLoadBalancer }
  expect(cats.call("CreateService", again)).toMatchObject({ service: { status: "ACTIVE" } })
})

test("a service keeps its latest 100 events", () => {
  const cats = running({})
  for (let count = 0; count < 60; count++) {
    cats.call("UpdateService", { service: "auth", desiredCount: count % 2 })
    cats.pass(20)
  }
  expect(cats.events()).toHaveLength(100)
})

test("a first deployment, which changes the revision and the count at once, starts no task of the former revision", () => {
  const cats = running({ placeholder: { failsToStart: "CannotPullContainerError: no such image" } })
  const first = { serviceName: "first", ...behindLoadBalancer }
  cats.call("CreateService", { ...first, taskDefinition: cats.register("placeholder"), desiredCount: 0 })
  const taskDefinition = cats.register("good")
  cats.call("UpdateService", { service: "first", taskDefinition, desiredCount: 5 })
  cats.pass(120)
  const started = cats.effects.flatMap(({ effect }) => (effect.type === "startContainer" ? effect.container.image : []))
  expect(started).not.toContain("placeholder")
  const answer = cats.call<Aws.DescribeServicesResponse>("DescribeServices", { services: ["first"] })
  expect(answer.services).toMatchObject([{ runningCount: 5, deployments: [{ taskDefinition, failedTasks: 0 }] }])
  const events = answer.services![0]!.events!.map(({ message }) => message)
  expect(events).not.toContainEqual(expect.stringContaining("unable to consistently start tasks"))
})
