import { defineConfig } from "vitest/config"

/** Fast tests by default; `--project slow` runs those that start real processes. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "fast", include: ["dagger/test/**/*.test.ts"], exclude: ["**/*.integration.test.ts"] } },
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
    ],
  },
})
