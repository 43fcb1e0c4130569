import { expect, test } from "vitest"
import { reduce, type Input } from "../../../local-cloud/ecs/reduce.ts"
import { breaker, running } from "./world.ts"

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

/** A world half-way through a rollout, with every kind of thing in it. */
function halfWay() {
  const cats = running({ slow: { startsAfter: 20 } }, { desiredCount: 3, deploymentConfiguration: breaker })
  cats.call("UpdateService", { service: "auth", taskDefinition: cats.register("slow") })
  cats.pass(22)
  return cats
}

const inputs: Input[] = [
  { type: "tick" },
  { type: "call", action: "UpdateService", input: { cluster: "cats", service: "auth", forceNewDeployment: true } },
  { type: "call", action: "DeleteService", input: { cluster: "cats", service: "auth", force: true } },
  { type: "call", action: "DescribeServices", input: { cluster: "cats", services: ["auth"] } },
]

test.each(inputs)("the same state, input and time give the same: %o", (input) => {
  const cats = halfWay()
  const before = freeze(cats.state())
  const once = reduce(before, input, cats.now() + 1)
  expect(reduce(before, input, cats.now() + 1)).toEqual(once)
  expect(once.state).not.toBe(before)
})

test("what was seen of a task that is forgotten by now changes nothing", () => {
  const cats = halfWay()
  const taskId = "0".repeat(32)
  for (const input of [
    { type: "containerExited", taskId, exitCode: 1 },
    { type: "containerNotStarted", taskId, reason: "late" },
    { type: "targetProbed", taskId, targetGroupArn: "arn:none", result: { kind: "failed" } },
  ] satisfies Input[]) {
    expect(reduce(cats.state(), input, cats.now()).state).toEqual(cats.state())
  }
})
