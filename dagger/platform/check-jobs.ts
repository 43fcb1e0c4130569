import { unknownKeys } from "./check-environments.ts"
import { problemOfSize } from "./fargate.ts"
import type { Manifest } from "./manifest-schema.ts"

type Written = Manifest["jobs"][string]

/** What is wrong with the manifest's jobs, each with its place in the file. */
export function problemsOfJobs({ jobs, services, environments }: Manifest): string[] {
  const deployed = Object.keys(services).filter((name) => services[name]!.deployed)
  const migrating = Object.keys(jobs).filter((name) => jobs[name]!.before)
  return [
    ...Object.entries(jobs).flatMap(([name, job]) =>
      [
        ...problemsOfService(deployed, job.service),
        ...problemsOfTime(environments, job),
        ...(services[job.service] ? problemsOfSize(job, services[job.service]!) : []),
      ].map((problem) => `jobs.${name}.${problem}`),
    ),
    // Both are families of task definitions.
    ...Object.keys(jobs).flatMap((name) => (services[name] ? [`jobs.${name}: is the name of a service, too`] : [])),
    ...migrating.slice(1).map((name) => `jobs.${name}.before: ${migrating[0]} runs before a roll-out, one job may`),
  ]
}

const problemsOfService = (deployed: string[], service: string): string[] =>
  deployed.includes(service)
    ? []
    : [`service: ${service} is not a deployed service, expected one of: ${deployed.join(", ")}`]

function problemsOfTime(environments: Manifest["environments"], { before, schedule, migrations }: Written): string[] {
  const scheduled = typeof schedule === "object" ? schedule : {}
  return [
    ...(before && schedule ? ["schedule: a job that runs before a roll-out has no other time"] : []),
    ...(migrations && !before ? ['migrations: are run before a roll-out, add "before": "rollout"'] : []),
    ...unknownKeys(environments, scheduled).map((problem) => `schedule.${problem}`),
    ...Object.keys(scheduled).flatMap((name) =>
      environments[name]?.local
        ? [`schedule.${name}: nothing is scheduled on this machine, where run starts a job`]
        : [],
    ),
  ]
}

function problemsOfSize(job: Written, service: Manifest["services"][string]): string[] {
  const problem = problemOfSize(job.cpu ?? service.cpu, job.memory ?? service.memory)
  return (job.cpu ?? job.memory) !== undefined && problem ? [`memory: ${problem}`] : []
}
