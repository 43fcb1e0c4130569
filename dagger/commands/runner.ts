import type { RunTool } from "../delivery/provenance/tools.ts"
import type { Push } from "../delivery/registry/publish.ts"
import type { Site } from "../delivery/site/manifest.ts"
import type { Commit } from "../platform/commit.ts"
import type { Output } from "../platform/output.ts"
import type { Progress } from "../platform/progress.ts"
import type { Repository } from "../platform/repository.ts"
import type { CheckRunner } from "../quality/lint/run-checks.ts"
import type { TestRunner } from "../quality/test/runner.ts"

/**
 * What makes images, runs tools, suites and services, and holds an environment open. There are two: on Dagger
 * (`engine/`) and in plain Node (`node/`). Nothing else knows which one it has.
 */
export interface Runner extends CheckRunner, TestRunner {
  /** How a command is typed here: `dagger call` or `npm run cathouse --` */
  readonly invocation: string
  /** How a platform is kept up here */
  readonly keepUp: string
  /** Whether AWS's SDK may look for credentials by itself: in profiles, or in the machine's role */
  readonly ambientCredentials: boolean

  /** The working copy. Refuses one whose manifest is not valid. */
  repository(): Promise<Repository>
  /** The commit that it is at; undefined outside of a git repository */
  commit(): Promise<Commit | undefined>
  /** Whether one commit is an ancestor of another; undefined where the working copy does not have both */
  isAncestor(older: string, newer: string): Promise<boolean | undefined>

  /** The folder that the working copy is in, whatever else is there. */
  folder(): Promise<string>
  /** Adds files to the working copy, by their paths below it; none of them is there yet. */
  addFiles(files: Record<string, string>): Promise<void>

  /** Builds a service's image for the local cloud, and returns its version. */
  buildImage(service: string): Promise<string>
  /** Builds a service's image and pushes it. */
  pushImage(image: Push): Promise<void>
  /** Runs a command in a service's image; one that succeeded in the same image before may be told without. */
  runInImage(service: string, command: string[]): Promise<Output>
  /** Exports the website. */
  exportSite(progress: Progress): Promise<Site>
  /** Runs syft, cosign or codecov-cli. */
  tool: RunTool
  /** A URL of this machine as a tool reaches it, whatever it runs in */
  reach(url: string): string
  /** The Cobertura reports of the tests, by suite; none where they have not run */
  coverage(progress: Progress): Promise<Map<string, string>>

  /** Finds the local cloud that is up, or starts one. */
  openLocalCloud(options: LocalCloudOptions, progress: Progress): Promise<OpenCloud>
  /** Tells where a platform that stays up is found: people, and other commands. */
  announce(endpoint: string, told: string): Promise<void>
  /** Tells people something at once, of a command that goes on. */
  say(text: string): void
  /** Keeps what is being opened open while it is used, and closes it however that ends; Ctrl-C ends it, too. */
  hold<T extends Closable, R>(
    opening: Promise<T>,
    use: (opened: T, interrupted: Promise<void>) => Promise<R>,
  ): Promise<R>
}

export interface Closable {
  /** Whether it was started for this command, and ends with it */
  own: boolean
  close(): Promise<void>
}

export interface LocalCloudOptions {
  /** Whether one is started where none is up; default: yes */
  start?: boolean
  /** Whether it is to stay up, for other commands to find; refused where one is up already; default: no */
  claim?: boolean
  /** Whether its data is kept in the working copy's ignored folder, for the next one; default: no */
  keep?: boolean
  /** Of the load balancer, and of the website; default: the usual ones where they are free */
  port?: number | undefined
  sitePort?: number | undefined
  /** Whether there is a website; default: yes */
  site?: boolean | undefined
}

/** A local cloud that is reached over HTTP. */
export interface OpenCloud extends Closable {
  /** Where AWS's clients find it */
  endpoint: string
  /** `host:port` of an endpoint that catalogue entries may name; absent for one that was found */
  echo?: string
}
