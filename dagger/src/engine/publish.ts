import type { Directory } from "@dagger.io/dagger"
import { connect } from "../../aws/clients.ts"
import { identify } from "../../aws/caller.ts"
import { publish, tagsOf, type PublishedImage } from "../../delivery/registry/publish.ts"
import { selectServices } from "../../platform/repository.ts"
import type { Progress } from "../../platform/progress.ts"
import { readAccess } from "./credentials.ts"
import { checkOut, publishOptions, type CallerArguments } from "./machine.ts"

/** Pushes the images of the working copy to ECR. */
export async function publishFrom(
  source: Directory,
  { service, tag }: { service?: string; tag?: string },
  caller: CallerArguments,
  progress: Progress,
): Promise<PublishedImage[]> {
  tagsOf({ tag })
  const repository = await checkOut(source)
  const { platform } = repository
  const services = selectServices(platform, service)
  const access = await readAccess(caller.credentials, platform, caller.awsEndpoint)
  const aws = connect({ region: platform.region, ...access })
  await identify(aws, caller.awsEndpoint)
  return publish(aws, platform, services, { ...(await publishOptions(source, repository, caller)), tag }, progress)
}
