// Dagger reads these lists as they stand here: none can be made from another.

/**
 * What `source` leaves out of a repository: what is never built, tested or deployed, whatever platform it is. A change there is
 * none of what the module is given.
 */
export const allButInputs = [
  ".git",
  ".github",
  ".cathouse",
  "bench",
  "dagger",
  "docs",
  "examples",
  "infra",
  "!infra/environment/headers.json",
  "!infra/environment/spa.js",
  "reports",
  "**/node_modules",
  "**/__pycache__",
  "**/.venv",
  "**/.pytest_cache",
  "**/.mypy_cache",
  "**/.hypothesis",
  "**/.coverage*",
  "**/*.pyc",
  "**/*.egg-info",
  "**/*.swp",
  "**/.#*",
  "**/.DS_Store",
  "frontend/dist",
  "frontend/coverage",
  "frontend/**/.expo",
  "frontend/**/expo-env.d.ts",
]

/** What is left out of a working copy with its .git; nothing that git knows of. */
export const whatGitIgnores = ["**/node_modules", ".cathouse", "reports"]

/** What is left out of a repository that has no files of this module yet: what others wrote, and all of .git but what names it. */
export const allButRepository = [
  "**/node_modules",
  "**/.venv",
  ".cathouse",
  ".git",
  "!.git/HEAD",
  "!.git/config",
  "!.git/refs/heads",
  "!.git/refs/remotes/origin/HEAD",
]

/** What of a working copy tells its commit; to read it costs nothing, unlike all of .git. */
export const allButHead = ["*", "!.git/HEAD", "!.git/refs/heads", "!.git/packed-refs"]

/**
 * What the checks' argument leaves out of the repository. It lets in more than `source` does, which is what is built and
 * deployed: a change of a test or of a workflow is none there.
 */
export const allButWhatIsChecked = [
  "*",
  "!.ci",
  "!.github",
  "!bench",
  "!dagger",
  "!docs",
  "!frontend",
  "!infra",
  "!services",
  "!.editorconfig",
  "!.prettierignore",
  "!.prettierrc.json",
  "!*.md",
  "!*.ts",
  "!*.js",
  "!*.mjs",
  "!*.json",
  "dagger/sdk",
  "**/.terraform",
  "**/*.tfstate*",
  "**/node_modules",
  "**/__pycache__",
  "**/.venv",
  "**/.pytest_cache",
  "**/.mypy_cache",
  "**/.hypothesis",
  "**/.coverage*",
  "**/*.pyc",
  "**/*.egg-info",
  "**/*.swp",
  "**/.#*",
  "**/.DS_Store",
  "frontend/dist",
  "frontend/coverage",
  "frontend/**/.expo",
  "frontend/**/expo-env.d.ts",
]
