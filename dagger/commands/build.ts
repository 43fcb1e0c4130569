import { selectServices } from "../platform/repository.ts"
import { buildSummary } from "../report/summary.ts"
import { command } from "./command.ts"
import { buildImages } from "./local-images.ts"
import { service } from "./shared-options.ts"

export const build = command({
  name: "build",
  summary: "Build the services' images; a service's version is the hash of its inputs.",
  example: "build --service catalog",
  options: { service },
  async run(runner, options, progress) {
    const { platform } = await runner.repository()
    return buildSummary(await buildImages(runner, selectServices(platform, options.service), progress))
  },
})
