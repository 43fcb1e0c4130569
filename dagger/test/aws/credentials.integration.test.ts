import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished, test, vi } from "vitest"
import { connect, type AwsKeys } from "../../aws/clients.ts"
import { identify } from "../../aws/caller.ts"
import { chooseCredentials, type Credentials } from "../../aws/credentials.ts"
import { seen } from "../docs/failure-table.ts"
import { ministack } from "../delivery/emulator.ts"

const config = { region: "sa-east-1", endpoint: ministack.url }
const key = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "secret" }
const AWS_ROLE_ARN = "arn:aws:iam::000000000000:role/cat-house-staging-deployer"

const keysOf = async (credentials: Credentials | undefined): Promise<AwsKeys> =>
  typeof credentials === "function" ? credentials() : credentials!

/** What GitHub sets for a job that may have an ID token. */
const workflow = (url: string, token = "of-the-job") => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: url,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
})

/** GitHub's endpoint for ID tokens; returns its URL, and what it was asked. */
async function github(status: number, body: string) {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    response.writeHead(status, { "content-type": "application/json" }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  return { requestUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2`, asked }
}

test("an access key is taken as it is, even in a workflow", async () => {
  expect(await chooseCredentials({ ...key, ...workflow("x", "y") }, config)).toMatchObject({
    accessKeyId: "AKIA",
    secretAccessKey: "secret",
  })
})

test("an access key with a role is exchanged for the role's credentials", async () => {
  const iam = await connect({ ...config, credentials: { accessKeyId: "test", secretAccessKey: "test" } }).iam()
  const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] })
  await iam.createRole({ RoleName: AWS_ROLE_ARN.split("/")[1], AssumeRolePolicyDocument })
  const credentials = await chooseCredentials(
    { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_ROLE_ARN },
    config,
  )
  const sts = await connect({ ...config, credentials }).sts()
  const { Arn } = await sts.getCallerIdentity({})
  expect(Arn).toBe("arn:aws:sts::000000000000:assumed-role/cat-house-staging-deployer/cat-house")
})

test("nothing set is nothing chosen", async () => expect(await chooseCredentials({}, config)).toBeUndefined())

test("a workflow's ID token is exchanged for the role's credentials", async () => {
  const { requestUrl, asked } = await github(200, '{"value":"header.claims.signature"}')
  const credentials = await chooseCredentials({ ...workflow(requestUrl), AWS_ROLE_ARN }, config)
  expect(await keysOf(credentials)).toEqual({
    accessKeyId: expect.stringMatching(/^ASIA/),
    secretAccessKey: expect.any(String),
    sessionToken: expect.any(String),
    expiration: expect.any(Date),
  })
  expect(asked[0]!.url).toBe("/token?api-version=2&audience=sts.amazonaws.com")
  expect(asked[0]!.headers.authorization).toBe("Bearer of-the-job")
})

test("a session is asked for again before it ends, once for all who need it, and not before", async () => {
  const { requestUrl, asked } = await github(200, '{"value":"header.claims.signature"}')
  const credentials = await chooseCredentials({ ...workflow(requestUrl), AWS_ROLE_ARN }, config)
  const first = await keysOf(credentials)
  expect(await keysOf(credentials)).toBe(first)
  vi.useFakeTimers({ now: first.expiration!.getTime() - 5 * 60_000, toFake: ["Date"] })
  onTestFinished(() => void vi.useRealTimers())
  const [second, same] = await Promise.all([keysOf(credentials), keysOf(credentials)])
  expect(second).not.toBe(first)
  expect(same).toBe(second)
  expect(asked).toHaveLength(2)
})

test("what web forms add at the ends of values is not part of them", async () => {
  const values = { AWS_ACCESS_KEY_ID: " AKIA\n", AWS_SECRET_ACCESS_KEY: "secret\r\n", AWS_ROLE_ARN: "\n" }
  expect(await chooseCredentials(values, config)).toEqual({ accessKeyId: "AKIA", secretAccessKey: "secret" })
})

test("the role's session bears the name of whoever started the workflow, and of its run", async () => {
  const claims = Buffer.from(JSON.stringify({ actor: "dependabot[bot]", run_id: "4711" })).toString("base64url")
  const { requestUrl } = await github(200, JSON.stringify({ value: `header.${claims}.signature` }))
  const credentials = await chooseCredentials({ ...workflow(requestUrl), AWS_ROLE_ARN }, config)
  const sts = await connect({ ...config, credentials }).sts()
  const { Arn } = await sts.getCallerIdentity({})
  expect(Arn).toMatch(/\/dependabot-bot-@run-4711$/)
})

test("[credentials-none] whoever has no credentials is told which variables to set", async () => {
  const nowhere = {
    AWS_ACCESS_KEY_ID: "",
    AWS_SECRET_ACCESS_KEY: "",
    AWS_PROFILE: "",
    AWS_EC2_METADATA_DISABLED: "true",
  }
  for (const file of ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"]) vi.stubEnv(file, "/dev/null")
  for (const [name, value] of Object.entries(nowhere)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(identify(connect(config))).rejects.toThrow(seen())
})

test.each<[string, (endpoint: string) => Promise<unknown>]>([
  [
    "[credentials-refused] a key",
    (endpoint) =>
      identify(
        connect({ ...config, endpoint, credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" } }),
        endpoint,
      ),
  ],
  ["[role-refused] a role", (endpoint) => chooseCredentials({ ...key, AWS_ROLE_ARN }, { ...config, endpoint })],
])("%s that AWS does not accept is refused in AWS's words", async (_, call) => {
  const error = "<Code>InvalidClientTokenId</Code><Message>The token is invalid.</Message>"
  const { requestUrl } = await github(403, `<ErrorResponse><Error>${error}</Error></ErrorResponse>`)
  const failing = call(new URL(requestUrl).origin)
  await expect(failing).rejects.toThrow(seen())
  await expect(failing).rejects.toThrow("The token is invalid.")
})

test("a workflow that the role does not trust is led to the file that says whom it trusts", async () => {
  const { requestUrl } = await github(200, JSON.stringify({ value: "an.id.token" }))
  const aws = await github(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>")
  const endpoint = new URL(aws.requestUrl).origin
  const failing = chooseCredentials({ ...workflow(requestUrl), AWS_ROLE_ARN }, { ...config, endpoint })
  await expect(failing).rejects.toThrow("AWS does not let this workflow assume")
  await expect(failing).rejects.toThrow("infra/environment/iam-trust.tf")
})

test("a key that a role does not let in is told of the second factor", async () => {
  const aws = await github(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>")
  const endpoint = new URL(aws.requestUrl).origin
  const failing = chooseCredentials({ ...key, AWS_ROLE_ARN }, { ...config, endpoint })
  await expect(failing).rejects.toThrow("asks for a second factor (infra/README.md)")
})

test.each([
  ["[credentials-half] half a key", { AWS_ACCESS_KEY_ID: "AKIA" }, /AWS_SECRET_ACCESS_KEY is not set/],
  ["the other half", { AWS_SECRET_ACCESS_KEY: "s" }, /AWS_ACCESS_KEY_ID is not set/],
  ["a workflow without a role", workflow("http://127.0.0.1:9/", "t"), /AWS_ROLE_ARN is not set/],
  [
    "[id-token-refused] no answer",
    { ...workflow("http://127.0.0.1:9/", "t"), AWS_ROLE_ARN },
    /GitHub gave no ID token/,
  ],
])("%s is refused, and named in full", async (_, values, words) => {
  const failing = chooseCredentials(values, config)
  await expect(failing).rejects.toThrow(words)
  if (expect.getState().currentTestName?.startsWith("[")) await expect(failing).rejects.toThrow(seen())
})

test.each([
  ["a token without permission", 403, "{}", /GitHub gave no ID token: HTTP 403/],
  ["an answer without a token", 200, "{}", /its answer has no value/],
])("%s is refused without showing the job's own token", async (_, status, body, words) => {
  const { requestUrl } = await github(status, body)
  const failing = chooseCredentials({ ...workflow(requestUrl), AWS_ROLE_ARN }, config)
  await expect(failing).rejects.toThrow(words)
  await expect(failing).rejects.not.toThrow(/of-the-job/)
})
