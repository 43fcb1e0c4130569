import { expect, test } from "vitest"
import { parsePlatform } from "../../platform/manifest.ts"
import { manifest } from "./manifests.ts"

const job = (written: Record<string, unknown>) => () =>
  parsePlatform(
    manifest((platform) => {
      platform.jobs.report = { service: "catalog", command: ["report"], ...written }
    }),
  )

test("a job has its service's size, and migrates only where it says so", () => {
  const { jobs, migration } = job({ memory: 1024, schedule: "rate(1 hour)" })()
  expect(jobs).toMatchObject([{ name: "report", cpu: 256, memory: 1024, timeoutSeconds: 600, timezone: "UTC" }])
  expect(migration).toMatchObject({ name: "migrate", service: "auth", migrations: "alembic" })
})

test.each([
  ["rate(1 hour)"],
  ["rate(5 minutes)"],
  ["cron(0 3 * * ? *)"],
  ["cron(0/15 8-18 ? * MON-FRI *)"],
  ["cron(0 12 L * ? *)"],
  ["cron(30 6 ? JAN,JUL 2#1 2027-2030)"],
  ["cron(0 10 15W * ? *)"],
])("%s is a schedule", (schedule) => {
  expect(job({ schedule })().jobs[0]).toMatchObject({ schedule })
  expect(job({ schedule: { staging: schedule } })().jobs[0]).toMatchObject({ schedule: { staging: schedule } })
})

test.each([
  ["hourly", "expected rate(…) or cron(…), such as rate(1 hour) or cron(0 3 * * ? *)"],
  ["rate(0 hours)", "expected a number of minutes, hours or days, such as rate(5 minutes)"],
  ["rate(30 seconds)", "expected a number of minutes, hours or days, such as rate(5 minutes)"],
  ["cron(0 3 * * *)", "cron has six fields (minutes, hours, day of the month, month, day of the week, year), found 5"],
  ["cron(0 24 * * ? *)", "24 is nothing for hours, 0 to 23"],
  ["cron(0 3 ? * CAT *)", "CAT is nothing for day of the week, 1 to 7"],
  ["cron(*/0 3 * * ? *)", "*/0 is nothing for minutes, 0 to 59"],
  ["cron(0 3 * * * *)", "one of day of the month and day of the week is ?, and only one"],
])("%s is no schedule", (schedule, why) => {
  expect(job({ schedule })).toThrow(`jobs.report.schedule: ${schedule} is no schedule: ${why}`)
})

test.each([
  ["no image", { service: undefined }, "jobs.report.service: a job runs in the image of a service"],
  [
    "the image of a service that is not there",
    { service: "reports" },
    "jobs.report.service: reports is not a deployed service, expected one of: auth, catalog, installation, proxy",
  ],
  ["a size that Fargate does not have", { memory: 9000 }, "jobs.report.memory: Fargate has no task with 256 CPU units"],
  ["a time zone that is none", { timezone: "Mars/Olympus" }, "jobs.report.timezone: is no time zone"],
  [
    "a schedule of an environment that is not there",
    { schedule: { prod: "rate(1 hour)" } },
    "jobs.report.schedule.prod: prod is not an environment",
  ],
  [
    "a schedule on this machine",
    { schedule: { local: "rate(1 hour)" } },
    "jobs.report.schedule.local: nothing is scheduled on this machine",
  ],
  [
    "another time than before a roll-out",
    { before: "rollout", schedule: "rate(1 hour)" },
    "jobs.report.schedule: a job that runs before a roll-out has no other time",
  ],
  ["a place that another one has", { before: "rollout" }, "jobs.report.before: migrate runs before a roll-out"],
  [
    "migrations at any time",
    { migrations: "alembic" },
    'jobs.report.migrations: are run before a roll-out, add "before"',
  ],
])("a job with %s is refused, with its place in the file", (_, written, problem) => {
  expect(job(written)).toThrow(problem)
})

test("a job may not have a service's name: both are families of task definitions", () => {
  const taken = manifest(({ jobs }) => {
    jobs.catalog = { service: "auth", command: ["report"] }
  })
  expect(() => parsePlatform(taken)).toThrow("jobs.catalog: is the name of a service, too")
})
