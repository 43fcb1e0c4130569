import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { planId } from "../../delivery/plan/plan-id.ts"
import { plan } from "../../delivery/plan/plan.ts"
import { history } from "../../delivery/records/history.ts"
import { status } from "../../delivery/status.ts"
import { deployJson, historyJson, planJson, statusJson } from "../../report/json.ts"
import { silent, stage, version } from "../delivery/stage.ts"

const fieldsOf = (json: string) => JSON.parse(json) as Record<string, unknown> & { services: object[] }

test("what docs/json.md lists is there", async () => {
  const { target } = await stage()
  const planned = await plan(target, version("aaa"), silent)
  expect(fieldsOf(planJson(planned))).toMatchObject({ version: 1, id: planId(planned), plan: { environment: "local" } })
  const deployed = fieldsOf(deployJson(await deploy(target, version("aaa"), silent)))
  expect(deployed).toMatchObject({ version: 1, number: 1, url: expect.any(String) as string })
  const fields = ["service", "version", "taskDefinition", "desiredCount", "healthyTargets", "changed", "seconds"]
  expect(Object.keys(deployed.services[0]!)).toEqual(expect.arrayContaining(fields))
  const found = fieldsOf(statusJson(await status(target)))
  expect(found.services[0]).toMatchObject({ version: "aaa", since: { deployment: 1 } })
  expect(found.lock).toBeUndefined()
  const { deployments } = fieldsOf(historyJson(await history(target, 5)))
  expect(deployments).toMatchObject([{ deployment: 1, changed: expect.arrayContaining(["auth"]) as string[] }])
})
