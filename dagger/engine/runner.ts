import { ReturnType, type Changeset, type Container, type Directory } from "@dagger.io/dagger"
import pMap from "p-map"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Runner } from "../commands/runner.ts"
import { servicesAtATime } from "../delivery/concurrency.ts"
import { refused } from "../platform/failure.ts"
import type { Progress } from "../platform/progress.ts"
import { openRepository, type Repository } from "../platform/repository.ts"
import { frontendSuite } from "../quality/test/frontend.ts"
import type { Tested, TestOptions } from "../quality/test/run-tests.ts"
import type { Given } from "../src/work.ts"
import { checkTools } from "./check-tools.ts"
import { commitOf, describeCommand, headOf, isAncestor, isOf } from "./commit.ts"
import { images } from "./images.ts"
import type { EngineCloud } from "./local-cloud.ts"
import { reach } from "./reach.ts"
import { variablesFrom } from "./secrets.ts"
import { openSite } from "./site.ts"
import { engineSuites, type EngineSuites } from "./suites.ts"
import { runTool } from "./tools.ts"

/** Runs commands in the engine's containers. */
export interface EngineRunner extends Runner {
  openLocalCloud(...args: Parameters<Runner["openLocalCloud"]>): Promise<EngineCloud>
  /** What was changed in the working copy, by tools or by added files */
  changes(): Changeset
  /** A service's image on its own */
  image(service: string): Promise<Container>
  /** Runs tests, and returns what they have written, however they ended */
  testReports(options: TestOptions, progress: Progress): Promise<Directory>
}

export function engineRunner({ source, secrets, git, workingCopy = source }: Given): EngineRunner {
  let opened: Promise<Repository> | undefined
  const repository = () => (opened ??= checkOut(source))
  const built = images(source, repository)
  const tools = checkTools(workingCopy)
  let suites: EngineSuites | undefined
  const variables = variablesFrom(secrets)
  const runner: EngineRunner = {
    invocation: "dagger call",
    keepUp: "dagger call up up",
    whereReportsAre: "Reports: dagger call test-reports export --path reports",
    ambientCredentials: false,
    repository,
    async commit() {
      if (!(await isOf(source, git))) return undefined
      const { platform } = await repository()
      return commitOf(git, platform, async () => (await variables([describeCommand]))[describeCommand])
    },
    isAncestor: (older, newer) => isAncestor(git, older, newer),
    head: () => headOf(git),
    variables,
    async folder() {
      const root = join(tmpdir(), "init", "platform")
      await workingCopy.export(root, { wipe: true })
      return root
    },
    addFiles: async (files) => tools.addFiles(files),
    buildImage: built.build,
    pushImage: built.push,
    async runInImage(service, command) {
      const ran = (await built.image(service)).withExec(command, { expect: ReturnType.Any })
      const [exitCode, stdout, stderr] = await Promise.all([ran.exitCode(), ran.stdout(), ran.stderr()])
      return { exitCode, stdout, stderr }
    },
    exportSite: async () => openSite(source, await repository()),
    tool: runTool,
    reach,
    async coverage(progress) {
      const { failure } = await ranTests({ suite: "all", database: "auto" }, progress)
      if (failure) throw failure
      return suites!.coverage()
    },
    image: built.image,
    async testReports(options, progress) {
      await ranTests(options, progress)
      return suites!.reports()
    },
    async openLocalCloud({ start = true }) {
      if (start) {
        // What is broken is found before a cloud is started for it.
        const { platform } = await repository()
        await pMap(platform.services, ({ name }) => built.build(name), servicesAtATime)
        const { startLocalCloud } = await import("./local-cloud.ts")
        return startLocalCloud(await repository(), built)
      }
      throw refused(
        "with Dagger, the local environment ends with the call that started it.",
        "Keep a platform up with npm start and look at it with npm run cathouse, or name --env staging.",
      )
    },
    say: (text) => console.log(text),
    announce: () => Promise.reject(new Error("a function of the module does not stay up; up returns a service")),
    async hold(opening, use) {
      const held = await opening
      try {
        return await use(held, new Promise(() => undefined))
      } finally {
        await held.close()
      }
    },
    async pythonProjects() {
      const projects = await workingCopy.glob("services/*/pyproject.toml")
      return projects.map((path) => path.split("/")[1]!).sort()
    },
    async readFile(path) {
      return (await workingCopy.exists(path)) ? workingCopy.file(path).contents() : undefined
    },
    runTool: tools.run,
    changes: tools.changes,
    async suiteNames() {
      const [files, frontend] = await Promise.all([
        source.directory("services").glob("*/tests/test_*.py"),
        source.glob("frontend/test/*.test.ts*"),
      ])
      const services = [...new Set(files.map((file) => file.split("/")[0]!))]
      return frontend.length > 0 ? [...services, frontendSuite] : services
    },
    async openSuites(_, kind) {
      const { migration } = (await repository()).platform
      return (suites = engineSuites(source, migration?.service, kind))
    },
  }
  const ranTests = async (options: TestOptions, progress: Progress): Promise<Tested> => {
    const { openTests } = await import("../quality/test/run-tests.ts")
    return runner.hold(openTests(runner, options, progress), (tests) => tests.run())
  }
  return runner
}

/** Files of the working copy that this process reads; the engine has them as `source`. */
async function checkOut(source: Directory): Promise<Repository> {
  const root = join(tmpdir(), "cat-house")
  await source.export(root, { wipe: true })
  return openRepository(root)
}
