/** What every check's command finds in its environment, under the engine and in plain Node. */
export const environment: Record<string, string> = {
  NO_COLOR: "1",
  // The shared package as it is in this working copy, not as it may be installed
  MYPYPATH: "../common",
  PYTHONPATH: "../common",
  UV_PYTHON_DOWNLOADS: "never",
  CHECKPOINT_DISABLE: "1",
  TF_IN_AUTOMATION: "1",
}

/** Installs a uv project's packages, but not its members, which are checked where they lie. */
export const uvSync = ["uv", "sync", "--quiet", "--frozen", "--all-packages", "--no-install-workspace"]

/** Builds actionlint as `dagger/tools/lint/actionlint` locks it; `into` is the program. */
export const buildActionlint = (into: string): string[] => [
  ...["go", "build", "-mod=readonly", "-trimpath", "-o", into],
  "github.com/rhysd/actionlint/cmd/actionlint",
]

/** What is locked, all of it and nothing else, whatever npm's own settings of this machine leave out. */
export const npmCi = [
  ...["npm", "ci", "--no-fund", "--no-audit"],
  ...["--ignore-scripts=false", "--include=dev", "--include=optional"],
]
