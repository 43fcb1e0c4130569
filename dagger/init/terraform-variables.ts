import { remoteEnvironments } from "../platform/environments.ts"
import type { Platform } from "../platform/manifest.ts"

/** Terraform's variables of each environment in AWS, by the path of their file. */
export function terraformVariables(platform: Platform, github: string | undefined): Record<string, string> {
  return Object.fromEntries(
    remoteEnvironments(platform).map(({ name, approval }, index) => [
      `infra/${name}.tfvars`,
      `# Of ${name}, for infra/environment of cat-house; its infra/README.md says how that is applied ("Another platform").
environment        = ${JSON.stringify(name)}
disposable         = ${!approval}
log_retention_days = ${approval ? 90 : 14}
vpc_cidr           = "10.${index}.0.0/16"

# Whose workflows may deploy
${github === undefined ? '# github_repository = "OWNER/NAME"' : `github_repository = ${JSON.stringify(github)}`}
`,
    ]),
  )
}
