/** The checks by name, each a tool's own; apart, so that who only names one loads nothing. */
export const checkNames = [
  "black",
  "pylint",
  "mypy",
  "eslint",
  "prettier",
  "tsc",
  "hadolint",
  "shellcheck",
  "terraform-fmt",
  "terraform-validate",
  "actionlint",
  "zizmor",
  "pip-audit",
  "npm-audit",
] as const
export type CheckName = (typeof checkNames)[number]
