const { readFileSync, writeFileSync } = require("node:fs")

const apiBase = "/api/v1"

/** The services that a platform deploys, with their paths below the API's, as src/services.json has them. */
exports.servicesOf = (platform) =>
  Object.fromEntries(
    Object.entries(platform.services)
      .filter(([, { deployed = true }]) => deployed)
      .map(([name, { path }]) => [name, path.replace(apiBase, "")]),
  )

// The site is exported from this folder alone, so the list is kept in it.
if (require.main === module) {
  const platform = JSON.parse(readFileSync(require.resolve("../platform.json"), "utf8"))
  writeFileSync(require.resolve("./src/services.json"), `${JSON.stringify(exports.servicesOf(platform), null, 2)}\n`)
}
