import { appendFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { terraform } from "../infra/terraform.ts"
import { cathouse, type Ended } from "../node/cathouse.ts"
import { commitCopy, copyPlatform } from "../platform-copy.ts"
import { startStagingCloud, type StagingCloud } from "../staging/cloud.ts"
import { hurry } from "../working-copy.ts"
import { seedsOf } from "./seeds.ts"
import { startUnreliableEndpoint } from "./unreliable-endpoint.ts"

const seeds = seedsOf("FAULT_PROCESSES", 1)

/** Complete; refused before anything served differently; put back */
const goodEnds = [0, 2, 3]

/** Whole processes, whose every request to AWS goes through it: STS, IAM, SSM and ECR, too. */
describe.skipIf(!terraform.found)(
  `deploy --env staging by an AWS that fails${terraform.found ? "" : ` (skipped: ${terraform.missing})`}`,
  () => {
    let cloud: StagingCloud
    let root: string

    beforeAll(async () => {
      root = await copyPlatform()
      await hurry(root)
      commitCopy(root)
      cloud = await startStagingCloud()
    }, 600_000)

    afterAll(async () => {
      await cloud?.close()
      await rm(root, { recursive: true, force: true })
    })

    const call = (command: string, at = cloud.endpoint): Promise<Ended> =>
      cathouse(root, [command, "--env", "staging", "--aws-endpoint", at], cloud.variables)

    test.each(seeds)(
      "with the faults of seed %i it ends complete or as before, in words, and leaves no lock",
      async (seed) => {
        const service = ["auth", "catalog", "installation", "proxy"][seed % 4]!
        await appendFile(join(root, "services", service, "app", "main.py"), `# ${seed}\n`)
        const endpoint = await startUnreliableEndpoint(cloud.endpoint, seed)
        const deployed = await call("deploy", endpoint.url)
        await endpoint.close()
        console.log(`seed ${seed}: ${endpoint.happened.length} faults, the deploy exited with ${deployed.exitCode}`)
        const told = `${endpoint.happened.join("\n")}\n${deployed.stderr}`
        expect(goodEnds, told).toContain(deployed.exitCode)
        expect(deployed.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m)

        // What was put back, where there was something to put back, serves before anything else is deployed.
        if (deployed.exitCode === 0 || seed > seeds[0]!) {
          const whole = await call("verify")
          expect(whole.exitCode, `${told}\n\nAfter it:\n${whole.stderr}`).toBe(0)
        }

        const again = await call("deploy")
        expect(again.exitCode, `${told}\n\nThe next deploy:\n${again.stderr}`).toBe(0)
        const verified = await call("verify")
        expect(verified.exitCode, `${told}\n\nAfterwards:\n${verified.stderr}`).toBe(0)
      },
    )
  },
)
