import { expect, test } from "vitest"
import { parsePlatform } from "../../platform/manifest.ts"
import { apiPatterns } from "../../platform/service.ts"
import { manifest } from "./manifests.ts"

test("services have what begins as their paths do, those of a host of their own nothing of the website's", () => {
  const { services } = parsePlatform(
    manifest((platform) => {
      platform.services.shop = { port: 3000, path: "/shop" }
      platform.services.admin = { port: 3001, path: "/admin", host: "admin.example.com" }
      platform.services.clerk = {}
    }),
  )
  expect(apiPatterns(services)).toEqual(["/api/*", "/shop", "/shop/*"])
})
