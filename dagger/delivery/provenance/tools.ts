import type { Output } from "../../platform/output.ts"
import type { OciRepository } from "../registry/oci-repository.ts"

/** Programs that others have written for this; `dagger/tools/` locks them, but for cosign. */
export type Tool = "syft" | "cosign" | "codecovcli" | "squawk" | "pytest"

export interface ToolInput {
  /** Environment variables, which may be secret */
  variables: Record<string, string>
  /** Files of the folder that the tool runs in, which may be secret; what it says and what it is given is all that it shares */
  files: Record<string, string>
}

/** Runs a tool in a folder of its own: in a container, or as a process where there is no engine. */
export type RunTool = (tool: Tool, args: string[], input: ToolInput) => Promise<Output>

/** An image as tools name it. */
export const referenceOf = ({ login, name }: OciRepository, digest: string): string =>
  `${login.address}/${name}@${digest}`

/** Lets a tool into a registry, as `docker login` would have. */
export function registryAccess({ login }: OciRepository): ToolInput {
  const { scheme, address, username, password } = login
  const auth = Buffer.from(`${username}:${password}`).toString("base64")
  return {
    variables: {
      DOCKER_CONFIG: ".",
      ...(scheme === "http" ? { SYFT_REGISTRY_INSECURE_USE_HTTP: "true" } : {}),
    },
    files: { "config.json": JSON.stringify({ auths: { [address]: { auth } } }) },
  }
}

/** The last lines of what a tool has said. */
export const toldBy = ({ stdout, stderr }: Output): string[] =>
  (stderr.trim() || stdout.trim() || "It said nothing.").split("\n").slice(-6)
