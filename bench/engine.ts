import { execFile } from "node:child_process"
import { promisify } from "node:util"

/** Where Dagger's command line is, if an engine answers it; otherwise says what is skipped for it. */
export async function engineAnswers(what: string): Promise<string | undefined> {
  const run = promisify(execFile)
  const answers = run("dagger", ["core", "version"]).then(() => run("sh", ["-c", "command -v dagger"]))
  return answers.then(
    ({ stdout }) => stdout.trim(),
    () => void console.log(`skipped: ${what}, as no Dagger engine answers here`),
  )
}
