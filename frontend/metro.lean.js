const { sep } = require("node:path")

/**
 * What expo-router imports for apps on phones, and no page of this site shows: tabs, stacks of native screens, their headers
 * and menus, and its own pages for errors and routes. It is a third of the site's JavaScript, and CommonJS, of which Metro
 * can leave nothing out by itself.
 */
const unused = [
  "expo-router/build/color/",
  "expo-router/build/layouts/Tabs",
  "expo-router/build/layouts/experimental-stack/",
  "expo-router/build/layouts/stack-utils/",
  "expo-router/build/link/preview/HrefPreview.",
  "expo-router/build/native-tabs/",
  "expo-router/build/react-navigation/bottom-tabs/",
  "expo-router/build/react-navigation/elements/",
  "expo-router/build/react-navigation/native-stack/",
  "expo-router/build/standard-navigation/",
  "expo-router/build/views/ErrorBoundary.",
  "expo-router/build/views/Sitemap.",
  "expo-router/build/views/Toast.",
  "expo-router/build/views/Unmatched.",
]

const standIns = {
  "expo-router/build/fork/native-stack/createNativeStackNavigator.": "./web/native-stack.js",
  "react-native-screens/": "./web/native-screens.js",
  "react-native-web/dist/index.": "./web/react-native.js",
}

/** The file that the site has in the place of another one: a smaller one, an empty one, or the same. */
exports.leanFile = (file) => {
  const path = file.split(sep).join("/").split("/node_modules/").at(-1)
  const standIn = Object.keys(standIns).find((start) => path.startsWith(start))
  if (standIn) return require.resolve(standIns[standIn])
  return unused.some((start) => path.startsWith(start)) ? require.resolve("./web/unused.js") : file
}

/** Metro's resolver, without what the site does not use in a browser. Rendering pages beforehand needs more, and has it. */
exports.resolveLean = (context, name, platform) => {
  const found = context.resolveRequest(context, name, platform)
  const isBrowser = platform === "web" && context.customResolverOptions?.environment !== "node"
  if (!isBrowser || found.type !== "sourceFile") return found
  return { ...found, filePath: exports.leanFile(found.filePath) }
}
