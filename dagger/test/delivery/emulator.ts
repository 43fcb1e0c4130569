import { join } from "node:path"
import { afterAll } from "vitest"
import { startMinistack } from "../../node/processes/ministack.ts"
import { repositoryRoot } from "../platform-copy.ts"

/** The emulator of AWS that the tests of one file share; each names its buckets and secrets differently. */
export const ministack = await startMinistack(join(repositoryRoot, ".cathouse", "ministack", "bin", "python"))
afterAll(() => ministack.close())
