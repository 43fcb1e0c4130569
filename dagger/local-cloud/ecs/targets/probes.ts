import { passes, type ProbeResult } from "../health-check.ts"
import type { Target } from "../state.ts"
import type { Step } from "../step.ts"

/** When a target is probed next; a probe under way is waited for. */
export function nextProbe(target: Target): number {
  return target.state === "draining" || target.probing ? Infinity : target.probeAt
}

/** Has those targets probed whose interval is over. */
export function probeTargets(step: Step): void {
  for (const target of step.state.targets) {
    const check = step.state.targetGroups[target.targetGroupArn]
    if (!check || nextProbe(target) > step.now) continue
    target.probing = true
    target.probeAt = step.now + check.intervalSeconds * 1000
    const { taskId, targetGroupArn, address } = target
    step.effects.push({ type: "probeTarget", taskId, targetGroupArn, address, check })
  }
}

/** Counts a probe's result; the state turns when as many in a row agree as the target group's threshold says. */
export function targetProbed(step: Step, taskId: string, targetGroupArn: string, result: ProbeResult): void {
  const target = step.state.targets.find((one) => one.taskId === taskId && one.targetGroupArn === targetGroupArn)
  const check = step.state.targetGroups[targetGroupArn]
  if (!target || !check) return
  target.probing = false
  target.lastProbe = result
  const passed = passes(result, check.matcher)
  target.passed = passed ? target.passed + 1 : 0
  target.failed = passed ? 0 : target.failed + 1
  if (target.state === "draining") return
  if (target.passed >= check.healthyThreshold) target.state = "healthy"
  if (target.failed >= check.unhealthyThreshold) target.state = "unhealthy"
}
