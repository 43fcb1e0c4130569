import { judgeNpmAudit, judgePipAudit } from "./audits.ts"
import type { Check, Run } from "./check.ts"
import { judgeExitCode } from "./findings.ts"
import { refused } from "../../platform/failure.ts"
import { judgeSql, auditLock, initAndValidate } from "./scripts.ts"

const byHand = (name: string) => `by hand, what is named; then: dagger call lint --check ${name}`
const byFormat = "dagger call format --auto-apply"

/** What the root's TypeScript is made of, and what says how it is checked. */
const typeScript = [
  "*.ts",
  "*.js",
  "*.mjs",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  ".dependency-cruiser.mjs",
  "knip.json",
  "dagger/package.json",
  "dagger/package-lock.json",
  "dagger/tsconfig.json",
  "dagger/**/*.ts",
  "bench/**/*.ts",
]
const frontend = ["frontend"]
const prettierFiles = [
  ...typeScript,
  ...frontend,
  ".prettierrc.json",
  ".prettierignore",
  ".github/**/*.yml",
  "*.json",
  "*.md",
  "docs/**/*.md",
  "dagger/**/*.md",
  ".editorconfig",
]

/** The checks of a working copy whose folders of `services/` are these. */
export function checksOf(services: string[]): Check[] {
  const dockerfiles = services.filter((name) => name !== "common").map((name) => `services/${name}/Dockerfile`)
  const scripts = [".ci/run", ".github/protect.sh"]
  return [
    {
      name: "black",
      group: "python",
      runs: eachService(services, ["black", "--check", "--config", "../pyproject.toml", "."]),
      judge: judgeExitCode,
      fix: byFormat,
    },
    {
      name: "pylint",
      group: "python",
      runs: eachService(services, [
        ...["pylint", "--rcfile=../pyproject.toml", "--score=n"],
        ...["--msg-template={path}:{line}: {msg} ({symbol})", "--recursive=y", "."],
      ]),
      judge: judgeExitCode,
      fix: byHand("pylint"),
    },
    {
      name: "mypy",
      group: "python",
      runs: eachService(services, ["mypy", "--config-file=../pyproject.toml", "--no-error-summary", "."]),
      judge: judgeExitCode,
      fix: byHand("mypy"),
    },
    {
      name: "squawk",
      group: "python",
      runs: [
        {
          toolchain: "services",
          folder: "services/auth",
          files: [
            "services/pyproject.toml",
            "services/auth/**/*",
            "services/common/**/*.py",
            "services/common/**/py.typed",
          ],
          command: ["sh", "-c", judgeSql],
        },
      ],
      judge: judgeExitCode,
      fix: byHand("squawk"),
    },
    {
      name: "eslint",
      group: "typescript",
      runs: [
        { toolchain: "node", folder: ".", files: typeScript, command: ["eslint", "--max-warnings=0", "."] },
        { toolchain: "frontend", folder: "frontend", files: frontend, command: ["eslint", "--max-warnings=0", "."] },
      ],
      judge: judgeExitCode,
      fix: `${byFormat}; what it leaves, by hand`,
    },
    {
      name: "prettier",
      group: "typescript",
      runs: [
        {
          toolchain: "node",
          folder: ".",
          files: prettierFiles,
          command: ["prettier", "--check", "--log-level=warn", "."],
        },
      ],
      judge: judgeExitCode,
      fix: byFormat,
    },
    {
      name: "tsc",
      group: "typescript",
      runs: [
        { toolchain: "node", folder: ".", files: typeScript, command: ["tsc", "--pretty", "false"] },
        {
          toolchain: "frontend",
          folder: "frontend",
          files: frontend,
          command: ["tsc", "--pretty", "false", "--noEmit"],
        },
      ],
      judge: judgeExitCode,
      fix: byHand("tsc"),
    },
    {
      name: "hadolint",
      group: "infrastructure",
      runs: [linter(dockerfiles, ["hadolint", "--no-color", ...dockerfiles])],
      judge: judgeExitCode,
      fix: byHand("hadolint"),
    },
    {
      name: "shellcheck",
      group: "infrastructure",
      runs: [linter(scripts, ["shellcheck", "--format=gcc", ...scripts])],
      judge: judgeExitCode,
      fix: byHand("shellcheck"),
    },
    {
      name: "terraform-fmt",
      group: "infrastructure",
      runs: [terraform("infra", ["terraform", "fmt", "-check", "-recursive", "-no-color"])],
      judge: judgeExitCode,
      fix: byFormat,
    },
    {
      name: "terraform-validate",
      group: "infrastructure",
      runs: ["infra/shared", "infra/environment"].map((folder) => terraform(folder, ["sh", "-c", initAndValidate])),
      judge: judgeExitCode,
      fix: byHand("terraform-validate"),
    },
    {
      name: "actionlint",
      group: "infrastructure",
      runs: [linter(workflows, ["sh", "-c", "actionlint -no-color -oneline .github/workflows/*.yml"])],
      judge: judgeExitCode,
      fix: byHand("actionlint"),
    },
    {
      name: "zizmor",
      group: "infrastructure",
      runs: [linter(workflows, ["zizmor", "--offline", "--quiet", "--strict-collection", ".github"])],
      judge: judgeExitCode,
      fix: byHand("zizmor"),
    },
    {
      name: "pip-audit",
      group: "audits",
      runs: ["services", "dagger/tools/ministack", "dagger/tools/lint", "dagger/tools/squawk", "dagger/tools/syft"].map(
        (folder) => ({
          toolchain: "linters",
          folder,
          files: [`${folder}/pyproject.toml`, `${folder}/*/pyproject.toml`, `${folder}/uv.lock`],
          command: ["sh", "-c", auditLock],
        }),
      ),
      judge: judgePipAudit,
      fix: "uv lock --upgrade, in the folder that is named",
      daily: true,
    },
    {
      name: "npm-audit",
      group: "audits",
      runs: [".", "dagger", "frontend"].map((folder) => ({
        toolchain: "node",
        folder,
        files: [`${folder}/package.json`, `${folder}/package-lock.json`].map((path) => path.replace("./", "")),
        command: ["npm", "audit", "--json", "--package-lock-only"],
      })),
      judge: judgeNpmAudit,
      fix: "npm audit fix, in the folder that is named",
      daily: true,
    },
    {
      name: "dependency-cruiser",
      group: "typescript",
      runs: [
        { toolchain: "node", folder: ".", files: typeScript, command: ["depcruise", "--no-cache", "dagger", "bench"] },
      ],
      judge: judgeExitCode,
      fix: byHand("dependency-cruiser"),
    },
    {
      name: "knip",
      group: "typescript",
      runs: [{ toolchain: "node", folder: ".", files: typeScript, command: ["knip", "--no-progress"] }],
      judge: judgeExitCode,
      fix: byHand("knip"),
    },
  ]
}

/** Each service is checked by itself, as each has its `app` and `tests`; it sees the shared package. */
const eachService = (services: string[], command: string[]): Run[] =>
  services.map((name) => ({
    toolchain: "services",
    folder: `services/${name}`,
    files: [
      "services/pyproject.toml",
      `services/${name}/**/*.py`,
      `services/common/**/*.py`,
      "services/common/**/py.typed",
    ],
    command,
  }))

const workflows = [".github"]
const linter = (files: string[], command: string[]): Run => ({ toolchain: "linters", folder: ".", files, command })

const terraform = (folder: string, command: string[]): Run => ({
  toolchain: "terraform",
  folder,
  files: ["platform.json", "infra/shared", "infra/environment"],
  command,
})

const formatting: Run[] = [
  { toolchain: "services", folder: "services", files: ["services"], command: ["black", "--quiet", "."] },
  { toolchain: "node", folder: ".", files: prettierFiles, command: ["eslint", "--fix", "--quiet", "."] },
  { toolchain: "frontend", folder: "frontend", files: frontend, command: ["eslint", "--fix", "--quiet", "."] },
  { toolchain: "node", folder: ".", files: prettierFiles, command: ["prettier", "--write", "--log-level=warn", "."] },
  terraform("infra", ["terraform", "fmt", "-recursive", "-no-color"]),
]

/** What `format` does, in this order: what ESLint has changed, Prettier brings in form. */
export const formatters: Run[] = formatting.map((run) => ({ ...run, changes: true }))

/** The names of all checks. */
export const checkNames = checksOf([]).map(({ name }) => name)

/** The checks to run: all, or those named. Refuses an unknown name. */
export function selectChecks(checks: Check[], names: string[] = []): Check[] {
  const unknown = names.find((name) => !checks.some((check) => check.name === name))
  if (unknown !== undefined) {
    throw refused(`unknown check "${unknown}".`, `Expected one of: ${checkNames.join(", ")}.`)
  }
  return names.length === 0 ? checks : checks.filter(({ name }) => names.includes(name))
}
