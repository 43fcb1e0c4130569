/** @jest-environment node */
import { expect, test } from "@jest/globals"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { servicesOf } from "../list-services"
import services from "../src/services.json"

const manifest = join(__dirname, "..", "..", "platform.json")

test("services that are not deployed are left out, and paths are the API's", () => {
  const platform = {
    services: { auth: { path: "/api/v1/auth" }, spare: { path: "/api/v1/spare", deployed: false } },
  }
  expect(servicesOf(platform)).toEqual({ auth: "/auth" })
})

// Where the suite has this folder alone, the manifest is held against it by the working copy's tests.
const inWorkingCopy = existsSync(manifest) ? test : test.skip

inWorkingCopy("the site asks the services of platform.json: `npm run services` writes them", () => {
  expect(services).toEqual(servicesOf(JSON.parse(readFileSync(manifest, "utf8"))))
})
