import { expect, test } from "vitest"
import { chooseSigning } from "../../../delivery/provenance/signing.ts"

const idToken = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "token" }
const identity = "https://github.com/you/cat-house/.github/workflows/deploy-staging.yml@refs/heads/develop"

test("a private key without its public one is refused: what it signs could not be verified", () => {
  expect(() => chooseSigning({ COSIGN_PRIVATE_KEY: "key" })).toThrow(
    /^refused: COSIGN_PUBLIC_KEY is not set\.\n {2}COSIGN_PRIVATE_KEY is set without it\./,
  )
})

test("a job's ID token alone signs nothing: sigstore's log is public, and nobody has said whom to expect", () => {
  expect(chooseSigning(idToken)).toBeUndefined()
})

test("a workflow signs by its identity where one is named, and elsewhere that identity is verified", () => {
  const inWorkflow = chooseSigning({ ...idToken, COSIGN_IDENTITY: identity })!
  expect(inWorkflow.sign!.variables).toEqual(idToken)
  expect(inWorkflow.verify.args).toEqual([
    ...["--certificate-identity", identity],
    ...["--certificate-oidc-issuer", "https://token.actions.githubusercontent.com"],
  ])
  expect(chooseSigning({ COSIGN_IDENTITY: identity })!.sign).toBeUndefined()
})

test("a public key verifies and signs nothing; a key is preferred to an identity", () => {
  const { by, sign } = chooseSigning({ ...idToken, COSIGN_PUBLIC_KEY: "key", COSIGN_IDENTITY: identity })!
  expect([by, sign]).toEqual(["COSIGN_PUBLIC_KEY", undefined])
})

test("no secret is an argument, which a list of processes would show", () => {
  const values = { COSIGN_PRIVATE_KEY: "secret-key", COSIGN_PASSWORD: "secret-password", COSIGN_PUBLIC_KEY: "public" }
  const { sign, verify } = chooseSigning(values)!
  expect([...sign!.args, ...verify.args].join(" ")).not.toMatch(/secret/)
})
