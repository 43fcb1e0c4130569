const { getDefaultConfig } = require("expo/metro-config")

const config = getDefaultConfig(__dirname)

// Metro numbers modules as it meets them, and Expo bundles for the browser and for rendering pages side by side. With one
// counter for both, the browser's bundle, and so its name, would depend on which of them happened to be faster.
config.serializer.createModuleIdFactory = () => {
  const numbered = new Map()
  return (path, { environment = "client" } = {}) => {
    if (!numbered.has(environment)) numbered.set(environment, new Map())
    const ids = numbered.get(environment)
    if (!ids.has(path)) ids.set(path, ids.size)
    return ids.get(path)
  }
}

module.exports = config
