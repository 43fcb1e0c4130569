import { startStagingCloud } from "./cloud.ts"

/**
 * An emulated AWS with a staging environment, until Ctrl-C, for whoever wants to try `--env staging` without an account:
 *   npm run staging-cloud [address] [port]
 * Prints the variables to export. An engine reaches it at an address of this machine that is not 127.0.0.1, and pushes images
 * to it where its engine.toml has `[registry."address:port"] http = true`.
 */
const [host = "127.0.0.1", port = "4566"] = process.argv.slice(2)
console.error("applying infra/ to an emulated AWS, which takes a minute …")
const cloud = await startStagingCloud({ host, port: Number(port) })
for (const [name, value] of Object.entries({ ...cloud.variables, AWS_ENDPOINT_URL: cloud.endpoint }))
  console.log(`export ${name}='${value}'`)
console.error(`\nIt serves at ${cloud.infrastructure.site!.url} once it has been deployed to, until Ctrl-C.`)
const end = () => void cloud.close().then(() => process.exit(0))
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end)
