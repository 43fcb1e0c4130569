import { Failure, refused } from "../platform/failure.ts"
import { codecovArguments, uploadFailure } from "../quality/test/codecov.ts"
import { command } from "./command.ts"

export const coverage = command({
  name: "coverage",
  summary: "Send the tests' coverage to Codecov, a flag for each suite; without a token, say where the reports are.",
  options: {},
  async run(runner, _, progress) {
    const reports = await runner.coverage(progress)
    if (reports.size === 0)
      throw refused("there is no coverage yet.", `Run the tests before: ${runner.invocation} test`)
    const { CODECOV_TOKEN: token, CODECOV_ENDPOINT: endpoint } = await runner.variables([
      "CODECOV_TOKEN",
      "CODECOV_ENDPOINT",
    ])
    if (!token) return `CODECOV_TOKEN is not set, so nothing was sent. ${runner.whereReportsAre}`
    const commit = await runner.commit()
    for (const [suite, content] of reports) {
      progress.status(suite, "sending")
      const sent = await runner.tool("codecovcli", codecovArguments(suite, "coverage.xml", commit, endpoint), {
        variables: { CODECOV_TOKEN: token },
        files: { "coverage.xml": content },
      })
      if (sent.exitCode !== 0) {
        const said = uploadFailure(sent.stdout + sent.stderr, token)
        throw new Failure("failed", `Codecov did not take ${suite}'s coverage.`, said)
      }
      progress.done(suite, "sent")
    }
    return `Sent to Codecov, a flag each: ${[...reports.keys()].join(", ")}`
  },
})
