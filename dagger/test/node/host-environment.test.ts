import { expect, onTestFinished, test } from "vitest"
import { hostEnvironment } from "../../node/processes/host-environment.ts"

test("a program is told of the machine, and of nothing that a shell has set for others", () => {
  const nonsense = {
    PGSSLMODE: "x",
    HOST: "x",
    PORT: "x",
    HTTP_PROXY: "x",
    NODE_ENV: "x",
    ENVIRONMENT: "x",
    PYTHONPATH: "x",
  }
  Object.assign(process.env, nonsense)
  onTestFinished(() => Object.keys(nonsense).forEach((name) => delete process.env[name]))
  expect(Object.keys(hostEnvironment())).toEqual(expect.arrayContaining(["PATH", "HOME"]))
  expect(Object.values(hostEnvironment())).not.toContain("x")
})
