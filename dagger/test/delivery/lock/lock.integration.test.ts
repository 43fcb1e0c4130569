import { expect, test } from "vitest"
import { deploy } from "../../../delivery/deploy.ts"
import { unlock, withLock } from "../../../delivery/lock/lock.ts"
import { readLock, writeLock, type LockHolder } from "../../../delivery/lock/lock-object.ts"
import { migrate } from "../../../delivery/migrate.ts"
import { listDeployments } from "../../../delivery/records/record.ts"
import { rollbackVerify } from "../../../delivery/rollback-verify/rollback-verify.ts"
import type { Artifacts } from "../../../delivery/artifacts.ts"
import type { Target } from "../../../delivery/target.ts"
import { seen } from "../../docs/failure-table.ts"
import { intercept, silent, stage, version, versionsOf } from "../stage.ts"

/** Locks an environment as another caller would, or takes its lock away from whoever has it. */
async function lockFor(target: Target, owner: string, { seconds = 120 } = {}): Promise<void> {
  const at = (seconds: number) => new Date(target.clock.now() + seconds * 1000).toISOString()
  const holder: LockHolder = {
    id: owner,
    owner,
    reason: "deploy of commit 1f2e3d4c5b6a",
    step: "roll out",
    acquiredAt: at(0),
    expiresAt: at(seconds),
  }
  await writeLock(target, holder, (await readLock(target))?.etag)
}

const all = (text: string) => ({ auth: text, catalog: text, installation: text, proxy: text })

/** What a deploy brings, which does something while its images are built. */
const meanwhile = (name: string, act: () => Promise<unknown>): Artifacts => ({
  ...version(name),
  async images(services, progress) {
    await act()
    return version(name).images(services, progress)
  },
})

test.each<[string, (target: Target, artifacts: Artifacts) => Promise<unknown>]>([
  ["[lock-held] a deploy", (target, artifacts) => deploy(target, artifacts, silent)],
  ["[lock-held] a migration", (target, artifacts) => migrate(target, artifacts, silent)],
])("%s is refused while somebody else holds the lock, who is named, with what they do", async (_, command) => {
  const { target, calls } = await stage()
  await lockFor(target, "somebody-else")
  calls.length = 0
  await expect(command(target, version("aaa"))).rejects.toThrow(seen())
  await expect(command(target, version("aaa"))).rejects.toThrow(
    /^refused: local is locked: deploy of commit 1f2e3d4c5b6a by somebody-else, started at 2027-01-01T00:.*"roll out"\.\n(.*\n)* +If you know that its holder is gone: unlock --env local\.\n +Nothing was changed\./,
  )
  expect(calls).toEqual([])
  expect((await readLock(target))!.value.owner).toBe("somebody-else")
})

test("of 20 deploys that are started at once one runs, and 19 name who is at it", async () => {
  const { target, progress } = await stage()
  const deploys = Array.from({ length: 20 }, () => deploy(target, version("aaa"), progress))
  const ends = await Promise.allSettled(deploys)
  const refusals = ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []))
  expect(refusals).toHaveLength(19)
  for (const refusal of refusals)
    expect(refusal).toMatch(/refused: local is locked: deploy of a working copy by \S+@\S+,/)
  expect(await listDeployments(target)).toEqual([1])
})

test("[lock-expired] a lock that expired is taken over, and what its owner was at is told", async () => {
  const { target, progress, lines } = await stage()
  await lockFor(target, "somebody-killed", { seconds: -1 })
  await deploy(target, version("aaa"), progress)
  const told = lines.filter((line) => seen().test(line))
  expect(told).toEqual([expect.stringMatching(/deploy of commit 1f2e3d4c5b6a by somebody-killed.*"roll out"$/)])
  expect(await readLock(target)).toBeUndefined()
})

test("a lock that only our fast clock takes for expired is not taken over", async () => {
  const { target, progress } = await stage()
  await lockFor(target, "alive", { seconds: -1 })
  target.clock.after(1000, () => void lockFor(target, "alive", { seconds: 3600 }))
  const sleep = target.clock.sleep
  target.clock = {
    ...target.clock,
    sleep: async (time) => (await sleep(time), new Promise((done) => setTimeout(done, 200))),
  }
  await expect(deploy(target, version("aaa"), progress)).rejects.toThrow(/^refused: local is locked: .* by alive/)
})

test("work that outlasts the lock's life keeps it by renewing it, and gives it back", async () => {
  const { target, progress } = await stage()
  await withLock(target, "a long work", progress, async () => {
    for (let third = 0; third < 9; third++) {
      await target.clock.sleep(40_000)
      // The renewal is a call over HTTP.
      await expect
        .poll(async () => Date.parse((await readLock(target))!.value.expiresAt))
        .toBe(target.clock.now() + 120_000)
    }
  })
  expect(await readLock(target)).toBeUndefined()
})

test("a deploy that fails gives its lock back", async () => {
  const { target, progress } = await stage({ broken: { exitsWith: 1 } })
  await expect(deploy(target, version("broken"), progress)).rejects.toThrow(/^rolled-back/)
  expect(await readLock(target)).toBeUndefined()
})

test("[lock-lost-early] a lock that is lost before the roll-out stops the deploy, which leaves nothing behind, and the lock alone", async () => {
  const { target, progress, calls } = await stage()
  await deploy(target, version("aaa"), progress)
  calls.length = 0
  const losing = deploy(
    target,
    meanwhile("bbb", () => lockFor(target, "somebody-else")),
    progress,
  )
  await expect(losing).rejects.toThrow(seen())
  await expect(losing).rejects.toThrow(
    /^refused: the lock of local was lost before the step "secrets": it is held now for the deploy of .* by somebody-else/,
  )
  expect(calls.filter((call) => /Update|RunTask/.test(call))).toEqual([])
  expect(await versionsOf(target)).toEqual(all("aaa × 1"))
  expect((await readLock(target))!.value.owner).toBe("somebody-else")
})

test.each([
  ["[lock-lost-rolling-out] while services roll out", "verify", {}],
  ["[lock-lost-recording] before the deployment is recorded", "record", {}],
  ["[lock-lost-putting-back] before a failure is put back", "put back", { catalog: "broken" }],
])("a lock that is lost %s leaves what serves to its new owner", async (_, step, others) => {
  const { target, progress } = await stage({ broken: { exitsWith: 1 } })
  await deploy(target, version("aaa"), progress)
  await intercept(
    target,
    async (called, next, { Body }) => {
      if (called === "PutObject" && String(Body).includes(`"step": "${step}"`)) await lockFor(target, "somebody-else")
      return next()
    },
    "s3",
  )
  const losing = deploy(target, version("bbb", others), progress)
  await expect(losing).rejects.toThrow(seen())
  await expect(losing).rejects.toThrow(/by somebody-else.*\n(.*\n)*.*\n +Nothing of this was restored/)
  expect(await versionsOf(target)).toMatchObject({ auth: "bbb × 1" })
  expect(await listDeployments(target)).toEqual([1])
  expect((await readLock(target))!.value.owner).toBe("somebody-else")
})

test("[lock-stays] a lock that cannot be given back fails no deploy, and is told", async () => {
  const { target, progress, lines } = await stage()
  const denied = new Error("denied")
  await intercept(target, (called, next) => (called === "DeleteObject" ? Promise.reject(denied) : next()), "s3")
  expect((await deploy(target, version("aaa"), progress)).number).toBe(1)
  expect(lines).toContainEqual(expect.stringMatching(seen()))
})

test("[lock-unrenewed] a lock that cannot be renewed is lost when it expires, and not before", async () => {
  const { target, progress } = await stage()
  const s3 = await target.aws.s3()
  const { deploymentsBucket } = target.infrastructure
  await expect(
    withLock(target, "work", progress, async (lock) => {
      target.infrastructure.deploymentsBucket = "no-such-bucket"
      await lock.step("soon enough")
      await target.clock.sleep(121_000)
      await lock.step("too late")
    }),
  ).rejects.toThrow(seen())
  expect(await s3.headObject({ Bucket: deploymentsBucket, Key: "locks/deployment.json" })).toBeDefined()
})

test("an answer of S3 that is lost does not make our own lock somebody else's", async () => {
  const { target, progress } = await stage()
  const s3 = await target.aws.s3()
  let lost = 0
  s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args)
        if (commandName === "PutObjectCommand" && lost++ < 2) return next(args)
        return answer
      },
    { step: "deserialize", priority: "low" },
  )
  await withLock(target, "work", progress, (lock) => lock.step("on"))
  expect(lost).toBeGreaterThanOrEqual(2)
  expect(await readLock(target)).toBeUndefined()
})

test("a renewal whose answer is lost does not keep the lock from being given back", async () => {
  const { target, progress } = await stage()
  const s3 = await target.aws.s3()
  await withLock(target, "work", progress, async (lock) => {
    s3.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args)
          if (commandName === "PutObjectCommand") throw new Error("the connection was reset")
          return answer
        },
      { step: "initialize" },
    )
    await lock.step("on")
  })
  expect(await readLock(target)).toBeUndefined()
})

test("[unlock-none] unlock removes a lock and says whose it was; a command that is still at work stops", async () => {
  const { target, progress } = await stage()
  await expect(unlock(target)).rejects.toThrow(seen())
  const losing = deploy(
    target,
    meanwhile("aaa", () => unlock(target)),
    progress,
  )
  await expect(losing).rejects.toThrow(/^refused: the lock of local was lost before .*: somebody removed it/)
  await lockFor(target, "somebody-else")
  expect(await unlock(target)).toMatchObject({ owner: "somebody-else", step: "roll out" })
  expect(await readLock(target)).toBeUndefined()
})

test("a trial of the rollback is not begun while somebody deploys", async () => {
  const { target, progress, calls } = await stage()
  await deploy(target, version("aaa"), progress)
  await lockFor(target, "somebody-else")
  calls.length = 0
  await expect(rollbackVerify(target, version("aaa"), { service: "catalog" }, progress)).rejects.toThrow(
    /by somebody-else/,
  )
  expect(calls).toEqual([])
})
