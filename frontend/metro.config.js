const { getDefaultConfig } = require("expo/metro-config")
const { resolveLean } = require("./metro.lean.js")

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

config.transformerPath = require.resolve("./metro.transformer.js")
// Else what Metro's cache has from before, or by other transformers, would count as made by this one.
config.cacheVersion = "metro.transformer.js 1"

config.resolver.resolveRequest = resolveLean

/** Where `npm start` at the root serves the API, unless its port was taken; then API_URL says where */
const api = process.env.API_URL ?? "http://127.0.0.1:8004"

// The dev server has the API at its own origin, as CloudFront and the local load balancer have.
config.server.enhanceMiddleware = (metro) => {
  const { createProxyMiddleware } = require("http-proxy-middleware")
  const proxy = createProxyMiddleware({ target: api, pathFilter: "/api" })
  return (request, response, next) => proxy(request, response, () => metro(request, response, next))
}

module.exports = config
