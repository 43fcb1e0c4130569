/**
 * Why a role is allowed what no command of the tests asks for: by statement, or by one action of it. What is not here and not
 * asked for has to go; what is here and asked for, too.
 */
export const reasons: Record<string, Record<string, string>> = {
  deployer: {
    "ecs:StopServiceDeployment": "a deploy that is interrupted, or runs out of time, while ECS still rolls out",
    "ecs:StopTask": "a migration that runs out of time",
  },
  planner: {
    Descriptions: "terraform plan reads what the configuration makes",
    Parameters: "terraform plan reads the parameters that the configuration makes",
    Buckets: "terraform plan reads the buckets' settings",
  },
  execution: {},
}

/** Actions that a run of the tests asks for or not, as it happens: what is still rolling out when a deploy is put back. */
export const sometimes = ["ecs:StopServiceDeployment"]
