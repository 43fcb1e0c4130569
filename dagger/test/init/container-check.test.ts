import { expect, test } from "vitest"
import { containerCheckOf } from "../../init/container-check.ts"
import { readDockerfile } from "../../init/read-dockerfile.ts"

test.each([
  ["no HEALTHCHECK", "", undefined],
  ["HEALTHCHECK NONE", "HEALTHCHECK NONE", undefined],
  ["a list of words", 'HEALTHCHECK CMD ["node", "check.js"]', { command: ["node", "check.js"] }],
  [
    "what a shell reads",
    "HEALTHCHECK CMD test -f /tmp/alive || exit 1",
    { command: ["sh", "-c", "test -f /tmp/alive || exit 1"] },
  ],
  [
    "its times",
    "HEALTHCHECK --interval=1m30s --timeout=10s --start-period=2m --retries=5 CMD true",
    { command: ["sh", "-c", "true"], interval: 90, timeout: 10, retries: 5, startPeriod: 120 },
  ],
  [
    "times that ECS does not take",
    "HEALTHCHECK --interval=1s --timeout=10m --start-period=soon --retries=0 CMD true",
    { command: ["sh", "-c", "true"], interval: 5, timeout: 120 },
  ],
])("a worker is judged by %s", (_, line, check) =>
  expect(containerCheckOf(readDockerfile(`FROM x\n${line}\n`)!)).toEqual(check),
)
