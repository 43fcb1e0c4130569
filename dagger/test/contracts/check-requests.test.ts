import { expect, test } from "vitest"
import { problemsOfRequest } from "./check-requests.ts"
import type { RecordedRequest } from "./requests.ts"

const request = (service: string, operation: string, input: Record<string, unknown>): RecordedRequest => ({
  service,
  operation,
  region: "sa-east-1",
  input,
})

/** Requests as the delivery sends them, each with one fault: what the check of the recorded requests has to find. */
test.each<[string, RecordedRequest, RegExp]>([
  ["a required member left out", request("ECS", "RunTask", { cluster: "cats" }), /taskDefinition.*must not be null/],
  ["a member that there is none of", request("ECS", "UpdateService", { service: "a", count: 1 }), /no member count/],
  ["a value out of an enum", request("ECS", "RunTask", { taskDefinition: "a", launchType: "MOON" }), /'MOON'.*enum/],
  ["a length below the least", request("SecretsManager", "DescribeSecret", { SecretId: "" }), /length greater than/],
  [
    "a number out of range",
    request("CloudWatchLogs", "GetLogEvents", { logStreamName: "a", limit: 10_001 }),
    /value less than or equal to 10000/,
  ],
  ["a text out of a pattern", request("ECR", "DescribeImages", { repositoryName: "Cats!" }), /regular expression/],
  [
    "a list that is too long",
    request("SecretsManager", "PutSecretValue", { SecretId: "a", VersionStages: Array(21).fill("deploy") }),
    /length less than or equal to 20/,
  ],
  ["a number for a text", request("S3", "PutObject", { Bucket: "cats", Key: 1 }), /Key: NUMBER_VALUE/],
  ["an operation that there is none of", request("ECS", "MakeCoffee", {}), /ECS has no operation MakeCoffee/],
  ["a service without a model", request("Coffee", "Make", {}), /no service/],
])("a wrong request is found: %s", (_, wrong, words) => {
  expect(problemsOfRequest(wrong)).toEqual([expect.stringMatching(words)])
})

test("a request as AWS takes it has no problem", () => {
  expect(problemsOfRequest(request("SecretsManager", "DescribeSecret", { SecretId: "arn:secret" }))).toEqual([])
})
