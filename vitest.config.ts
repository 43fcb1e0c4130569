import { defineConfig } from "vitest/config"

/** Three kinds: in this process (fast), with real processes (slow), and with a Dagger engine (engine). */
export default defineConfig({
  test: {
    globalSetup: "dagger/test/run-folder.ts",
    projects: [
      {
        test: {
          name: "fast",
          include: ["dagger/test/**/*.test.ts"],
          exclude: ["**/*.integration.test.ts"],
          // Seconds where nothing else runs; a busy machine is no failure.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "slow",
          include: ["dagger/test/**/*.integration.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Each starts a platform; on two cores, one after the other is the faster way.
          fileParallelism: false,
        },
      },
      { test: { name: "engine", include: ["dagger/test/engine/*.engine.ts"], testTimeout: 600_000 } },
    ],
  },
})
