import { expect, test } from "vitest"
import { deploy } from "../../delivery/deploy.ts"
import { intercept, silent, stage, version, versionsOf } from "../delivery/stage.ts"

test("seed 28: an old answer that there is nothing to put back is not believed", async () => {
  const { target } = await stage({ broken: { status: 500 } })
  await deploy(target, version("aaa"), silent)
  let putsBack = false
  let old: Record<string, unknown> | undefined
  let stale = 0
  await intercept(
    target,
    (called, next, { Body }) => {
      putsBack ||= called === "PutObject" && String(Body).includes('"step": "put back"')
      return next()
    },
    "s3",
  )
  await intercept(target, async (called, next, { services }) => {
    if (called !== "DescribeServices") return next()
    if (!putsBack || !old || stale > 0) {
      const answer = await next()
      old ??= answer
      return answer
    }
    stale++
    const names = services as string[]
    return {
      services: (old.services as { serviceName: string }[]).filter(({ serviceName }) => names.includes(serviceName)),
    }
  })
  const deploying = deploy(target, version("bbb", { catalog: "broken" }), silent)
  await expect(deploying).rejects.toThrow(/^rolled-back: catalog did not start/)
  expect(stale).toBeGreaterThan(0)
  expect(await versionsOf(target)).toEqual({
    auth: "aaa × 1",
    catalog: "aaa × 1",
    installation: "aaa × 1",
    proxy: "aaa × 1",
  })
})
