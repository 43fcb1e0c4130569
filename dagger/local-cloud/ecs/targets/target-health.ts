import type { TargetDescription, TargetHealth, TargetHealthDescription } from "#aws/elb"
import type { Address } from "../address.ts"
import type { State, Target } from "../state.ts"

/** DescribeTargetHealth's answer: all registered targets, or those asked for, registered or not. */
export function targetHealth(
  state: State,
  targetGroupArn: string,
  asked: TargetDescription[] = [],
): TargetHealthDescription[] {
  const registered = targetsIn(state, targetGroupArn)
  if (asked.length === 0) return registered.map(healthOf)
  return asked.flatMap((description) => {
    const found = registered.filter((target) => isMeant(target, description))
    return found.length > 0 ? found.map(healthOf) : notRegistered(description)
  })
}

/** A description without a port means each target of that address: here they all have one address and a port each. */
const isMeant = ({ address }: Target, { Id, Port = address.port }: TargetDescription): boolean =>
  address.host === Id && address.port === Port

function healthOf(target: Target): TargetHealthDescription {
  const { host, port } = target.address
  return { Target: { Id: host, Port: port }, HealthCheckPort: String(port), TargetHealth: describeHealth(target) }
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

const notRegistered = (description: TargetDescription): TargetHealthDescription => ({
  Target: description,
  HealthCheckPort: String(description.Port ?? "traffic-port"),
  TargetHealth: {
    State: "unused",
    Reason: "Target.NotRegistered",
    Description: "Target is not registered to the target group",
  },
})

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
