import { expect, test } from "vitest"
import { holds } from "../../src/delivery/task-definition.ts"

const wanted = {
  cpu: "256",
  containerDefinitions: [{ image: "a@sha256:1", secrets: [{ name: "A", valueFrom: "arn" }], command: undefined }],
}

test.each([
  [
    "what ECS adds does not count",
    { ...wanted, revision: 3, containerDefinitions: [{ ...wanted.containerDefinitions[0], mountPoints: [] }] },
    true,
  ],
  [
    "another image counts",
    { ...wanted, containerDefinitions: [{ ...wanted.containerDefinitions[0], image: "a@sha256:2" }] },
    false,
  ],
  [
    "a secret more counts",
    {
      ...wanted,
      containerDefinitions: [
        {
          ...wanted.containerDefinitions[0],
          secrets: [
            { name: "A", valueFrom: "arn" },
            { name: "B", valueFrom: "arn" },
          ],
        },
      ],
    },
    false,
  ],
  ["another size counts", { ...wanted, cpu: "512" }, false],
  ["a field that is not there counts", { cpu: "256" }, false],
])("%s", (_, registered, same) => expect(holds(registered, wanted)).toBe(same))
