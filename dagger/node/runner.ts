import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Runner } from "../commands/runner.ts"
import { openFolder } from "../delivery/site/folder.ts"
import { refused } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { openRepository, requireService, type Repository } from "../platform/repository.ts"
import { suitesIn } from "../quality/test/suites.ts"
import { toolRunner } from "./checks.ts"
import { addFiles } from "./add-files.ts"
import { commitOf, isAncestor } from "./git.ts"
import { openLocalCloud } from "./local-platform.ts"
import { imagesOf } from "./packages/images.ts"
import { pushStoredImage } from "./packages/oci-image.ts"
import { runOnce } from "./packages/run-once.ts"
import { buildSite } from "./packages/site.ts"
import { ownState, stateFolder } from "./state-folder.ts"
import { localSuites, readCoverage, reportsOf } from "./suites.ts"
import { forTerminal, hold } from "./terminal.ts"
import { runTool } from "./tools.ts"
import { announce } from "./up-record.ts"

/** How a command is typed here: in this repository, and in that of another platform */
export const invocationIn = (root: string): string => (isOwn(root) ? "npm run cathouse --" : "cathouse")

const isOwn = (root: string): boolean => stateFolder(root) === ownState

/** Runs commands in plain Node, for a machine without an engine: with processes and packages of the working copy at `root`. */
export function nodeRunner(root: string, progress: Progress & { close(): void }): Runner {
  let opened: Promise<Repository> | undefined
  const repository = () => (opened ??= openRepository(root))
  const commit = async () => commitOf(root, (await repository()).platform)
  const images = imagesOf(root)
  const build = async (service: string) => images.build(root, requireService((await repository()).platform, service))
  return {
    invocation: invocationIn(root),
    keepUp: isOwn(root) ? "npm start" : "cathouse up",
    whereReportsAre: `Reports: ${reportsOf(root)}`,
    ambientCredentials: true,
    repository,
    commit,
    isAncestor: (older, newer) => isAncestor(root, older, newer),
    head: async () => (await commit())?.sha,
    variables: async (names) =>
      Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))) as Partial<
        Record<(typeof names)[number], string>
      >,
    folder: async () => root,
    addFiles: (files) => addFiles(root, files),
    buildImage: async (service) => (await build(service)).version,
    async pushImage(image) {
      if (image.login.scheme === "https") {
        throw refused(
          `ECR does not hold ${image.service} ${image.version.slice(0, 12)}, and images for AWS are built by Dagger.`,
          "Run the same with dagger call; plain Node publishes to an emulator only (--aws-endpoint).",
        )
      }
      await pushStoredImage(image, await build(image.service))
    },
    runInImage: async (service, command) => runOnce(root, await build(service), command),
    exportSite: async (progress) => openFolder(await buildSite(await repository(), progress)),
    tool: runTool(root),
    reach: (url) => url,
    coverage: () => readCoverage(root),
    openLocalCloud: async (options, progress) => openLocalCloud(await repository(), images, options, progress),
    say: (text) => console.log(text),
    async announce(endpoint, told) {
      progress.close()
      await announce(root, endpoint)
      console.log(forTerminal(told))
    },
    hold,
    async pythonProjects() {
      const names = await readdir(join(root, "services")).catch(() => [])
      return names.filter((name) => existsSync(join(root, "services", name, "pyproject.toml"))).sort()
    },
    readFile: (path) => readFile(join(root, path), "utf8").catch(() => undefined),
    runTool: toolRunner(root, progress),
    suiteNames: () => suitesIn(root),
    openSuites: async (suites, kind, progress) => localSuites(await repository(), suites, kind, progress),
  }
}
