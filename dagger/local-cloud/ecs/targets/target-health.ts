import type { TargetDescription, TargetHealth, TargetHealthDescription } from "#aws/elb"
import type { Address } from "../ecs.ts"
import type { State, Target } from "../state.ts"

/** DescribeTargetHealth's answer: all registered targets, or those asked for, registered or not. */
export function targetHealth(
  state: State,
  targetGroupArn: string,
  asked?: TargetDescription[],
): TargetHealthDescription[] {
  const registered = targetsIn(state, targetGroupArn)
  const targets = asked ?? registered.map(({ address }) => ({ Id: address.host, Port: address.port }))
  return targets.map((description) => {
    const target = registered.find(
      ({ address }) => address.host === description.Id && address.port === description.Port,
    )
    return {
      Target: description,
      HealthCheckPort: String(description.Port ?? "traffic-port"),
      TargetHealth: target ? describeHealth(target) : notRegistered,
    }
  })
}

/** Where a load balancer may send a request now. */
export function healthyTargets(state: State, targetGroupArn: string): Address[] {
  return targetsIn(state, targetGroupArn)
    .filter((target) => target.state === "healthy")
    .map(({ address }) => address)
}

function targetsIn(state: State, targetGroupArn: string): Target[] {
  return state.targets.filter((target) => target.targetGroupArn === targetGroupArn)
}

const notRegistered: TargetHealth = {
  State: "unused",
  Reason: "Target.NotRegistered",
  Description: "Target is not registered to the target group",
}

export function describeHealth({ state, lastProbe }: Target): TargetHealth {
  switch (state) {
    case "healthy":
      return { State: "healthy" }
    case "unhealthy":
      return { State: "unhealthy", ...failureOf(lastProbe) }
    case "draining":
      return {
        State: "draining",
        Reason: "Target.DeregistrationInProgress",
        Description: "Target deregistration is in progress",
      }
    case "initial":
      return lastProbe
        ? { State: "initial", Reason: "Elb.InitialHealthChecking", Description: "Initial health checks in progress" }
        : { State: "initial", Reason: "Elb.RegistrationInProgress", Description: "Target registration is in progress" }
  }
}

function failureOf(probe: Target["lastProbe"]): Pick<TargetHealth, "Reason" | "Description"> {
  switch (probe?.kind) {
    case "answered":
      return {
        Reason: "Target.ResponseCodeMismatch",
        Description: `Health checks failed with these codes: [${probe.statusCode}]`,
      }
    case "timed-out":
      return { Reason: "Target.Timeout", Description: "Request timed out" }
    default:
      return { Reason: "Target.FailedHealthChecks", Description: "Health checks failed" }
  }
}
