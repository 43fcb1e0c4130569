import type { TaskDefinition } from "#aws/ecs"
import { expect, test } from "vitest"
import { runs } from "../../../delivery/ecs/task-definition.ts"

const secrets = [
  { name: "A", valueFrom: "arn:a" },
  { name: "B", valueFrom: "arn:b" },
]
const container = { image: "a@sha256:1", secrets, environment: [], command: undefined }
const wanted = { family: "a", cpu: "256", containerDefinitions: [container] }
const withContainer = (change: object): TaskDefinition => ({
  ...wanted,
  containerDefinitions: [{ ...container, ...change }],
})

test.each([
  ["what ECS adds does not count", { ...withContainer({ mountPoints: [] }), revision: 3 }, true],
  ["an empty list that ECS leaves out does not count", withContainer({ environment: undefined }), true],
  ["the order of secrets does not count", withContainer({ secrets: secrets.toReversed() }), true],
  ["another image counts", withContainer({ image: "a@sha256:2" }), false],
  ["a secret more counts", withContainer({ secrets: [...secrets, { name: "C", valueFrom: "arn:c" }] }), false],
  [
    "another secret of the same name counts",
    withContainer({ secrets: [secrets[0], { name: "B", valueFrom: "arn:z" }] }),
    false,
  ],
  ["a command that was set by hand counts", withContainer({ command: ["sh"] }), false],
  ["another size counts", { ...wanted, cpu: "512" }, false],
  ["a field that is not there counts", { family: "a", cpu: "256" }, false],
] as [string, TaskDefinition, boolean][])("%s", (_, registered, same) => expect(runs(registered, wanted)).toBe(same))
