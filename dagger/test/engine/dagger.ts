import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { repositoryRoot } from "../platform-copy.ts"

export interface Called {
  exitCode: number
  stdout: string
  stderr: string
}

/** Runs Dagger's command line in the working copy. */
export const dagger = (...args: string[]): Promise<Called> => daggerWith({}, ...args)

/** The same with variables of one's own; those of the caller's AWS credentials never reach it. */
export const daggerWith = (variables: Record<string, string>, ...args: string[]): Promise<Called> =>
  call(repositoryRoot, variables, args)

/** Runs Dagger's command line in another repository's folder. */
export const daggerIn = (folder: string, ...args: string[]): Promise<Called> => call(folder, {}, args)

function call(cwd: string, variables: Record<string, string>, args: string[]): Promise<Called> {
  const env = { ...process.env, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, ...variables }
  const options = { cwd, env, maxBuffer: 2 ** 26 }
  return promisify(execFile)("dagger", args, options).then(
    (output) => ({ exitCode: 0, ...output }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      exitCode: code,
      stdout,
      stderr,
    }),
  )
}

/**
 * An address of this machine, `host:port`, that the engine reaches, and pushes images to over plain HTTP (its engine.toml
 * says so). Tests that need one are skipped without.
 */
export const emulatorAddress = process.env.CATHOUSE_EMULATOR
