import { manifestSchema } from "../platform/manifest-schema.ts"
import { isRouted } from "../platform/service.ts"
import { firstFiles, type FirstFiles } from "../init/first-files.ts"
import { table } from "../report/table.ts"
import { command } from "./command.ts"
import type { Option } from "./option.ts"

/** A text that the manifest takes as its `name` or `region`. */
const ofManifest = (help: string, field: "name" | "region", expected: string): Option<string | undefined> => ({
  kind: "text",
  help,
  expected: (value) => (manifestSchema.shape[field].safeParse(value).success ? undefined : expected),
})

const moduleAddress: Option<string | undefined> = {
  kind: "text",
  help: "Address of this module, for workflows: github.com/OWNER/cat-house@VERSION; default: that of its clone",
  expected: (value) =>
    /^github\.com\/[\w.-]+\/[\w.-]+@[\w./-]+$/.test(value) ? undefined : "github.com/OWNER/cat-house@VERSION",
}

export const init = command({
  name: "init",
  summary: "Write what a repository lacks to be delivered, as its Dockerfiles have it: change nothing that is there.",
  example: "init --region eu-central-1",
  options: {
    name: ofManifest(
      "Name of the platform; default: that of its GitHub repository, or of its folder",
      "name",
      "at most 20 small letters, digits, and single hyphens between them",
    ),
    region: ofManifest("Region of AWS; default: AWS_REGION", "region", "a region such as eu-central-1"),
    moduleAddress,
  },
  async run(runner, options) {
    const { AWS_REGION } = await runner.variables(["AWS_REGION"])
    const isRegion = manifestSchema.shape.region.safeParse(AWS_REGION).success
    const region = options.region ?? (isRegion ? AWS_REGION : undefined)
    const files = await firstFiles(await runner.folder(), { name: options.name, region, module: options.moduleAddress })
    await runner.addFiles(files.written)
    return initSummary(files, runner.invocation)
  },
})

/** What was written and kept, the services, and what to look at, by the places where it is. */
function initSummary({ platform, written, kept, notes }: FirstFiles, invocation: string): string {
  const paths = Object.keys(written)
  const rows = platform.services.map((service) => {
    const { port, path, health } = isRouted(service)
      ? service.route
      : { port: "a worker", path: "", health: { path: "" } }
    return [service.name, service.build.folder, String(port), path, health.path, (service.start ?? []).join(" ")]
  })
  const places = Map.groupBy(notes, ({ text }) => text)
  const told = [...places].map(([text, all]) => `- ${all.map(placeOf).join(", ")}: ${text}`)
  return [
    table(["service", "folder", "port", "path", "health", "start in plain Node"], rows),
    paths.length > 0 ? `Written: ${paths.join(", ")}` : "Nothing is missing, so nothing was written.",
    ...(kept.length > 0 ? [`Kept as it is: ${kept.join(", ")}`] : []),
    ...(told.length > 0 ? [`Look at what was not to be seen:\n${told.join("\n")}`] : []),
    `Then deploy it to this machine: ${invocation} deploy`,
  ].join("\n\n")
}

/** What is the same in many places is told once. */
const placeOf = ({ file, place }: FirstFiles["notes"][number]): string => (place ? `${file}:${place}` : file)
