const lightningcss = require("lightningcss")

// It lists the classes of a CSS module in another order each time (https://github.com/parcel-bundler/lightningcss/issues/291).
// A bundle, and so its name, would differ although nothing has changed.
const { transform } = lightningcss
lightningcss.transform = (options) => {
  const result = transform(options)
  const sorted = Object.entries(result.exports ?? {}).sort(([one], [other]) => (one < other ? -1 : 1))
  return { ...result, exports: result.exports && Object.fromEntries(sorted) }
}

module.exports = require("@expo/metro-config/build/transform-worker/transform-worker")
