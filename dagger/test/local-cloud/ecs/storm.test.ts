import { expect, test } from "vitest"
import { ceiling } from "../../../local-cloud/ecs/scheduler/capacity.ts"
import { deploy, running, type Behaviour, type World } from "./world.ts"

const images: Record<string, Behaviour> = {
  crash: { exitsAfter: 0.5, exitCode: 1, answers: () => "failed" },
  crashLater: { exitsAfter: 25, exitCode: 1 },
  missing: { failsToStart: "CannotPullContainerError: not found" },
  unhealthy: { answers: () => 500 },
  slow: { startsAfter: 30, stopsAfter: "never" },
  flaky: { answers: (age) => (age % 40 < 20 ? 200 : 503) },
}

/** The same numbers for the same seed (a linear congruential generator). */
function dice(seed: number): (sides: number) => number {
  let last = seed
  return (sides) => {
    last = (last * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((last / 2 ** 31) * sides)
  }
}

function disturb(cats: World, roll: (sides: number) => number): void {
  const [task] = cats.tasks()
  const names = [...Object.keys(images), "good"]
  const disturbances = [
    () => deploy(cats, names[roll(names.length)] ?? "good"),
    () => deploy(cats, names[roll(names.length)] ?? "good"),
    () => cats.call("UpdateService", { service: "auth", desiredCount: roll(5) }),
    () => task && cats.call("StopTask", { task: task.taskArn }),
    () => {
      const { status, serviceDeploymentArn } = cats.serviceDeployment() ?? {}
      const stopType = roll(2) === 0 ? "ROLLBACK" : "ABORT"
      if (status === "IN_PROGRESS") cats.call("StopServiceDeployment", { serviceDeploymentArn, stopType })
    },
  ]
  disturbances[roll(disturbances.length)]?.()
}

const percentages = [
  { minimumHealthyPercent: 100, maximumPercent: 200 },
  { minimumHealthyPercent: 50, maximumPercent: 150 },
  { minimumHealthyPercent: 0, maximumPercent: 100 },
]

test.each(Array.from({ length: 4 }, (_, seed) => seed))(
  "whatever happened before, a good revision gets through, within the ceiling (storm %i)",
  (seed) => {
    const roll = dice(seed + 1)
    const deploymentCircuitBreaker = { enable: roll(2) === 0, rollback: roll(2) === 0 }
    const deploymentConfiguration = { ...percentages[seed % percentages.length], deploymentCircuitBreaker }
    const cats = running(images, { desiredCount: 2, deploymentConfiguration })
    for (let count = 0; count < 12; count++) {
      try {
        disturb(cats, roll)
      } catch (error) {
        // A stop that has nothing to roll back to; AWS refuses it, too
        expect(error).toMatchObject({ name: "ConflictException" })
      }
      cats.pass(roll(60))
    }
    cats.call("UpdateService", { service: "auth", desiredCount: 4 })
    deploy(cats, "good")
    cats.watch(() => {
      const [service] = cats.state().services
      const counted = ["PROVISIONING", "PENDING", "RUNNING"]
      const tasks = cats.state().tasks.filter(({ lastStatus }) => counted.includes(lastStatus))
      if (service) expect(tasks.length).toBeLessThanOrEqual(ceiling(service))
    })
    cats.pass(300)
    expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL" })
    expect(cats.service()).toMatchObject({ runningCount: 4, deployments: [{ rolloutState: "COMPLETED" }] })
    expect(cats.healthyTargets()).toHaveLength(4)
  },
)
