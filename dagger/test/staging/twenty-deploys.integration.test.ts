import { rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { buffer } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { readLock } from "../../delivery/lock/lock-object.ts"
import { listDeployments } from "../../delivery/records/record.ts"
import { status } from "../../delivery/status.ts"
import type { Target } from "../../delivery/target.ts"
import { passOn } from "../../local-cloud/endpoint.ts"
import { closeServer, listen } from "../../local-cloud/ports.ts"
import { systemClock } from "../../platform/clock.ts"
import { openRepository } from "../../platform/repository.ts"
import { terraform } from "../infra/terraform.ts"
import { start } from "../node/cathouse.ts"
import { commitCopy, copyPlatform } from "../platform-copy.ts"
import { hurry } from "../working-copy.ts"
import { startStagingCloud, type StagingCloud } from "./cloud.ts"

const lockSeconds = 30

describe.skipIf(!terraform.found)(
  `20 deploys at once, each a process${terraform.found ? "" : ` (skipped: ${terraform.missing})`}`,
  () => {
    let cloud: StagingCloud
    let endpoint: string
    let server: Server
    let root: string
    let target: Target

    beforeAll(async () => {
      root = await copyPlatform()
      await hurry(root, (text) => text.replace('"seconds": 120', `"seconds": ${lockSeconds}`))
      commitCopy(root)
      cloud = await startStagingCloud()
      // Whoever has the lock registers task definitions, and is never answered: it is at work until it is killed.
      const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
        const body = await buffer(incoming)
        if (String(incoming.headers["x-amz-target"]).endsWith(".RegisterTaskDefinition")) return
        await passOn(cloud.endpoint, incoming, body, outgoing)
      }
      server = createServer((incoming, outgoing) => {
        answer(incoming, outgoing).catch(() => outgoing.destroy())
      })
      endpoint = `http://127.0.0.1:${await listen(server, 0)}`
      const { platform } = await openRepository(root)
      const { aws, infrastructure } = cloud
      target = { environment: "staging", platform, infrastructure, aws, clock: systemClock, pollSeconds: 0.5 }
    }, 600_000)

    afterAll(async () => {
      if (server) await closeServer(server)
      await cloud?.close()
      await rm(root, { recursive: true, force: true })
    })

    /** A deploy by somebody who is known by this name. */
    async function deployAs(name: string, at: string) {
      const sts = await cloud.aws.sts()
      const { Credentials } = await sts.assumeRole({ RoleArn: cloud.variables.AWS_ROLE_ARN, RoleSessionName: name })
      return start(root, ["deploy", "--env", "staging", "--aws-endpoint", at], {
        ...cloud.variables,
        AWS_ROLE_ARN: "",
        AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
        AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
        AWS_SESSION_TOKEN: Credentials!.SessionToken!,
      })
    }

    test("one runs, and 19 are refused with its owner's name; when it is killed, the next one takes over", async () => {
      const names = Array.from({ length: 20 }, (_, index) => `deployer-${index + 1}`)
      const deploys = await Promise.all(names.map(async (name) => ({ name, ...(await deployAs(name, endpoint)) })))
      const ended = deploys.map(({ name, ended }) => ended.then((end) => ({ name, ...end })))
      let left = deploys.length
      for (const one of ended) void one.then(() => left--)
      while (left > 1) await sleep(200)

      const { value: holder } = (await readLock(target))!
      const winner = deploys.find(({ name }) => holder.owner.endsWith(`/${name}`))!
      const refusals = (await Promise.all(ended.filter((_, index) => deploys[index] !== winner))).map(
        ({ exitCode, stderr }) => ({ exitCode, stderr }),
      )
      expect(refusals).toHaveLength(19)
      for (const refusal of refusals) {
        expect(refusal).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("refused: staging is locked: ") })
        expect(refusal.stderr).toContain(`by ${holder.owner}, started at ${holder.acquiredAt}`)
        expect(refusal.stderr).toContain("Nothing was changed.")
      }

      winner.child.kill("SIGKILL")
      await winner.ended
      const { value: orphaned } = (await readLock(target))!
      expect(orphaned.owner).toBe(holder.owner)
      const longest = Date.parse(orphaned.expiresAt) - Date.now()
      expect(longest).toBeLessThanOrEqual(lockSeconds * 1000)
      await sleep(longest)
      const { exitCode, stderr } = await (await deployAs("the-next", cloud.endpoint)).ended
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
      expect(stderr).toContain(`lock: took over an unfinished deploy of commit`)
      expect(stderr).toContain(`by ${holder.owner}, started at ${holder.acquiredAt}`)
      expect(await status(target)).toMatchObject({ unrecorded: [], lock: undefined })
      expect(await listDeployments(target)).toEqual([1])
    })
  },
)
