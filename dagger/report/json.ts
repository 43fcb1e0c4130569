import type { Deployment } from "../delivery/deployment.ts"
import { planId } from "../delivery/plan/plan-id.ts"
import type { Plan } from "../delivery/plan/plan.ts"
import type { PastDeployment } from "../delivery/records/history.ts"
import type { Status } from "../delivery/status.ts"
import type { Verification } from "../delivery/verify.ts"

/** Of the form of what is printed as JSON: it grows by fields, and changes with this number only (docs/json.md) */
const version = 1

const json = (data: object): string => JSON.stringify({ version, ...data }, undefined, 2)

export const deployJson = (deployment: Deployment): string => json(deployment)

export const planJson = (plan: Plan): string => json({ id: planId(plan), plan })

export const statusJson = (status: Status): string => json(status)

export const historyJson = (deployments: PastDeployment[]): string =>
  json({ deployments: deployments.map(({ record, changed }) => ({ ...record, changed })) })

export const verifyJson = (verification: Verification): string => json(verification)
