import { describe, expect, test } from "vitest"
import { deploy } from "../../../delivery/deploy.ts"
import type { Failure } from "../../../platform/failure.ts"
import { version, versionsOf } from "../stage.ts"
import { ministackStage } from "./ministack-stage.ts"

const all = (text: string) => ({ auth: text, catalog: text, installation: text, proxy: text })

const failureOf = (deploying: Promise<unknown>): Promise<Failure> =>
  deploying.then(
    () => expect.fail("it succeeded"),
    (error) => error as Failure,
  )

// Each container has an address of its own there.
describe.skipIf(process.platform !== "linux")("an ECS that is not AWS's, without service deployments", () => {
  test("is deployed to, and again", async () => {
    const { target, progress } = await ministackStage()
    await deploy(target, version("aaa"), progress)
    expect(await versionsOf(target)).toEqual(all("aaa × 1"))
    const { services } = await deploy(target, version("aaa", { catalog: "bbb" }), progress)
    expect(services.filter(({ changed }) => changed)).toMatchObject([{ service: "catalog", healthyTargets: 1 }])
  })

  test.each([
    ["crashes", { exitsWith: 7, says: "JWT_SECRET: field required" }, /exited with 7[^]*JWT_SECRET: field required/],
    ["has no image", { missing: true }, /stopped.*: CannotPullContainerError: .*No such image/],
  ])("tells why a version that %s was rolled back, as soon as it was", async (_, behaviour, cause) => {
    const { target, progress } = await ministackStage({ broken: behaviour })
    await deploy(target, version("aaa"), progress)
    const since = Date.now()
    const failure = await failureOf(deploy(target, version("aaa", { catalog: "broken" }), progress))
    const seconds = (Date.now() - since) / 1000
    expect(failure.message).toMatch(/^rolled-back: catalog did not start; every service serves/)
    expect(failure.message).toMatch(cause)
    expect(await versionsOf(target)).toEqual(all("aaa × 1"))
    // Half of what ECS is given; as the rollback ended, so did the deploy.
    expect(seconds).toBeLessThan(target.platform.rollout.timeoutSeconds / 2)
  })

  test("a version that is not healthy, which such an ECS does not look at, is put back as it is verified", async () => {
    const { target, progress } = await ministackStage({ sick: { status: 503 } })
    await deploy(target, version("aaa"), progress)
    const failure = await failureOf(deploy(target, version("aaa", { catalog: "sick" }), progress))
    expect(failure.message).toMatch(/^rolled-back: catalog does not serve as it should[^]*health answers 503/)
    expect(await versionsOf(target)).toEqual(all("aaa × 1"))
  })

  test("a first deployment that fails returns to 0 tasks", async () => {
    const { target, progress } = await ministackStage({ broken: { exitsWith: 1 } })
    const failure = await failureOf(deploy(target, version("aaa", { auth: "broken" }), progress))
    expect(failure.message).toMatch(
      /^rolled-back: auth could not be rolled out; nothing was deployed before[^]*exited with 1/,
    )
    expect(await versionsOf(target)).toEqual(all("undefined × 0"))
  })

  test("a migration whose image is missing has committed nothing", async () => {
    const { target, progress } = await ministackStage({ gone: { missing: true } })
    await deploy(target, version("aaa"), progress)
    const failure = await failureOf(deploy(target, version("gone"), progress))
    expect(failure.message).toMatch(/^refused: the migration never started: [^]*nothing has been committed/)
  })
})
