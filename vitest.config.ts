import { defineConfig } from "vitest/config"
import { LongestFirst } from "./dagger/test/sequencer.ts"

/** Of the fast and the slow alike, so that vitest runs them beside each other. Slow ones wait as much as they work: four keep two cores busy. */
const maxWorkers = 4

/** Four kinds: in this process (fast), with real processes (slow), what those asked of AWS (contracts), and with a Dagger engine. */
export default defineConfig({
  test: {
    globalSetup: "dagger/test/run-folder.ts",
    execArgv: ["--import", new URL("dagger/test/absolute-imports.ts", import.meta.url).href],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "fast",
          include: ["dagger/test/**/*.test.ts"],
          exclude: ["**/*.integration.test.ts"],
          maxWorkers,
          // They start nothing and keep nothing: what one file has imported is there for the next.
          isolate: false,
          // Seconds where nothing else runs; a busy machine is no failure.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "slow",
          include: ["dagger/test/**/*.integration.test.ts"],
          maxWorkers,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      // What all of these asked of AWS, once they have ended.
      {
        test: {
          name: "contracts",
          include: ["dagger/test/contracts/*.contract.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      // An engine is shared: one file after the other, when all others have ended.
      {
        test: {
          name: "engine",
          include: ["dagger/test/engine/*.engine.ts"],
          testTimeout: 600_000,
          maxWorkers: 1,
        },
      },
    ],
  },
})
