import type { Commit } from "../../platform/commit.ts"

/** A suite's Cobertura report, as codecov-cli is told of it. The token comes by CODECOV_TOKEN, where no process list shows it. */
export function codecovArguments(suite: string, file: string, commit: Commit | undefined, endpoint?: string): string[] {
  const slug = slugOf(commit?.source)
  return [
    ...(endpoint ? ["--enterprise-url", endpoint] : []),
    ...["upload-process", "--fail-on-error", "--plugin", "noop"],
    ...["--disable-search", "--file", file, "--flag", suite, "--name", suite],
    ...(commit ? ["--sha", commit.sha] : []),
    ...(commit?.branch ? ["--branch", commit.branch] : []),
    ...(slug ? ["--git-service", "github", "--slug", slug] : []),
  ]
}

/** `owner/name` of a repository on GitHub. */
export function slugOf(source: string | undefined): string | undefined {
  return /github\.com[/:]([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(source ?? "")?.[1]
}

/** codecov-cli's last lines, which say what is wrong, without the token. */
export function uploadFailure(output: string, token: string): string[] {
  return output.replaceAll(token, "…").trim().split("\n").slice(-5)
}
