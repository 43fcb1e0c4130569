import { expect, test } from "vitest"
import { isErrorOf, problemsOfAnswer, problemsOfTargetHealth } from "./answers.ts"

// `world.ts` holds each answer and each error of the local ECS against this, in every test of it.
test.each<[string, string, object, RegExp[]]>([
  ["as AWS gives it", "ListTasks", { taskArns: ["arn:a"] }, []],
  ["a member that AWS does not have", "ListTasks", { taskArns: [], tasks: [] }, [/there is no member tasks/]],
  ["a member that AWS always gives is missing", "DescribeServices", { services: [] }, [/failures.* not be null/]],
  ["one deeper down", "RunTask", { tasks: [], failures: [{ because: "" }] }, [/failures\.1\.member\.because/]],
  ["another type", "ListTasks", { taskArns: "arn:a" }, [/STRING_VALUE can not be converted to a List/]],
  ["a status that there is none of", "ListServiceDeployments", { serviceDeployments: [{ status: "DONE" }] }, [/DONE/]],
])("an answer: %s", (_, action, answer, expected) => {
  const problems = problemsOfAnswer(action, answer)
  if (expected.length === 0) expect(problems).toEqual([])
  for (const words of expected) expect(problems.join("\n")).toMatch(words)
})

test("a target's health that ELB does not know is told", () => {
  expect(problemsOfTargetHealth([{ Target: { Id: "10.0.0.1" }, TargetHealth: { State: "healthy" } }])).toEqual([])
  expect(problemsOfTargetHealth([{ TargetHealth: { State: "fine" } }])).toEqual([expect.stringContaining("'fine'")])
})

test.each([
  ["UpdateService", "ServiceNotActiveException", true],
  ["UpdateService", "LimitExceededException", false],
  ["UpdateService", "SerializationException", true],
  ["MakeCoffee", "UnknownOperationException", true],
])("of %s, %s is an error: %s", (action, code, expected) => expect(isErrorOf(action, code)).toBe(expected))
