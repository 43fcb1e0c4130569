import { identify } from "../aws/caller.ts"
import { connect } from "../aws/clients.ts"
import { publish as publishImages, tagsOf } from "../delivery/registry/publish.ts"
import { selectServices } from "../platform/repository.ts"
import { publishSummary } from "../report/summary.ts"
import { accessTo, publishOptions } from "./access.ts"
import { command } from "./command.ts"
import { text } from "./option.ts"
import { awsEndpoint, service } from "./shared-options.ts"

export const publish = command({
  name: "publish",
  summary: "Push the services' images to ECR; a version that ECR holds is not built again.",
  example: "publish --service catalog",
  options: { service, tag: text("An additional tag, besides version, commit and branch"), awsEndpoint },
  async run(runner, options, progress) {
    const { platform } = await runner.repository()
    const services = selectServices(platform, options.service)
    tagsOf(platform, options)
    const access = await accessTo(runner, options.awsEndpoint)
    const aws = connect({ region: platform.region, ...access })
    await identify(aws, access.endpoint)
    const from = { ...(await publishOptions(runner, options.awsEndpoint)), tag: options.tag }
    return publishSummary(await publishImages(aws, platform, services, from, progress))
  },
})
