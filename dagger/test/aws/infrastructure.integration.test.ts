import { expect, test } from "vitest"
import { connect } from "../../aws/clients.ts"
import { readInfrastructure } from "../../aws/infrastructure.ts"
import { parsePlatform } from "../../platform/manifest.ts"
import { seen } from "../docs/failure-table.ts"
import { manifest } from "../platform/manifests.ts"
import { ministack } from "../delivery/emulator.ts"

const credentials = { accessKeyId: "test", secretAccessKey: "test" }

test("[parameters-invalid] an environment that was written down in part is refused, with each parameter that is wrong", async () => {
  const platform = { ...parsePlatform(manifest()), name: "half-applied" }
  const aws = connect({ region: platform.region, endpoint: ministack.url, credentials })
  const ssm = await aws.ssm()
  for (const [name, Value] of Object.entries({ cluster: "cluster", roles: "no JSON" }))
    await ssm.putParameter({ Name: `/half-applied/staging/${name}`, Value, Type: "String" })
  const reading = readInfrastructure(aws, platform, "staging")
  await expect(reading).rejects.toThrow(seen())
  await expect(reading).rejects.toThrow(/\n +\/half-applied\/staging\/network: .*\n +\/half-applied\/staging\/roles: /)
})
