import { expect, test } from "vitest"
import { monitoredAlarms } from "../../../local-cloud/ecs/scheduler/alarms.ts"
import { breaker, deploy, finish, running } from "./world.ts"

const watched = (alarms: object = {}) =>
  running(
    { slowly: { startsAfter: 60 } },
    {
      deploymentConfiguration: {
        ...breaker,
        alarms: { alarmNames: ["auth-5xx", "auth-slow"], enable: true, rollback: true, ...alarms },
      },
    },
  )

test("an alarm that goes off during a deployment rolls it back, and is named", () => {
  const cats = watched()
  const [old] = cats.tasks()
  deploy(cats, "slowly")
  cats.alarms()
  cats.pass(5)
  expect(cats.serviceDeployment()?.alarms).toEqual({
    status: "MONITORING",
    alarmNames: ["auth-5xx", "auth-slow"],
    triggeredAlarmNames: [],
  })
  cats.alarms("auth-slow", "another")
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({
    status: "ROLLBACK_SUCCESSFUL",
    rollback: { reason: "Service deployment rolled back because a CloudWatch alarm was triggered." },
    alarms: { status: "TRIGGERED", triggeredAlarmNames: ["auth-slow"] },
  })
  expect(cats.events()).toContainEqual(expect.stringContaining("deployment failed: alarm detected."))
  expect(cats.tasks().map(({ taskArn }) => taskArn)).toEqual([old?.taskArn])
})

test("one that had gone off before does not stop the deployment that may mend it", () => {
  const cats = watched()
  deploy(cats, "good")
  cats.alarms("auth-5xx")
  cats.alarms("auth-5xx", "auth-slow")
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({ status: "SUCCESSFUL", alarms: { status: "DISABLED" } })
})

test("without rollback the deployment is stopped, and what serves is left alone", () => {
  const cats = watched({ rollback: false })
  deploy(cats, "slowly")
  cats.alarms()
  cats.alarms("auth-5xx")
  finish(cats)
  expect(cats.serviceDeployment()).toMatchObject({
    status: "STOPPED",
    statusReason: "Service deployment stopped because a CloudWatch alarm was triggered.",
  })
  expect(cats.service().runningCount).toBe(1)
})

test("alarms are asked for as long as a deployment is under way, and only then", () => {
  const cats = watched()
  expect(monitoredAlarms(cats.state())).toEqual([])
  deploy(cats, "good")
  expect(monitoredAlarms(cats.state())).toEqual(["auth-5xx", "auth-slow"])
  cats.alarms()
  finish(cats)
  expect(cats.serviceDeployment()?.alarms?.status).toBe("MONITORING_COMPLETE")
  expect(monitoredAlarms(cats.state())).toEqual([])
})
