const { sep } = require("node:path")

/**
 * What libraries have for others, and no page of this site asks for. Of TanStack Query: all but asking and changing. Of
 * expo-router: tabs, stacks of native screens, their headers and menus, previews of links, its own pages for errors and
 * routes, and what it has of React Navigation and has made anew beside it. Metro leaves none of it out by itself.
 */
const unused = [
  "@tanstack/query-core/build/modern/hydration.js",
  "@tanstack/query-core/build/modern/queriesObserver.js",
  "@tanstack/query-core/build/modern/streamedQuery.js",
  "@tanstack/react-query/build/modern/HydrationBoundary.js",
  "@tanstack/react-query/build/modern/useIsFetching.js",
  "@tanstack/react-query/build/modern/useMutationState.js",
  "@tanstack/react-query/build/modern/usePrefetchInfiniteQuery.js",
  "@tanstack/react-query/build/modern/usePrefetchQuery.js",
  "@tanstack/react-query/build/modern/useQueries.js",
  "@tanstack/react-query/build/modern/useSuspenseInfiniteQuery.js",
  "@tanstack/react-query/build/modern/useSuspenseQueries.js",
  "@tanstack/react-query/build/modern/useSuspenseQuery.js",
  "expo/src/hooks/useEvent.",
  "expo-router/build/Prefetch.",
  "expo-router/build/color/",
  "expo-router/build/fast-refresh.",
  "expo-router/build/hooks/useLoaderData.",
  "expo-router/build/layouts/BaseStack.",
  "expo-router/build/layouts/Stack.web.",
  "expo-router/build/layouts/Tabs",
  "expo-router/build/layouts/_web-modal.",
  "expo-router/build/layouts/experimental-stack/",
  "expo-router/build/link/Redirect.",
  "expo-router/build/link/preview/HrefPreview.",
  "expo-router/build/native-tabs/",
  "expo-router/build/primitives/elements.",
  "expo-router/build/react-navigation/bottom-tabs/",
  "expo-router/build/react-navigation/core/StaticNavigation.",
  "expo-router/build/react-navigation/core/getPathFromState.",
  "expo-router/build/react-navigation/core/getStateFromPath.",
  "expo-router/build/react-navigation/core/useFocusEffect.",
  "expo-router/build/react-navigation/core/usePreventRemove.",
  "expo-router/build/react-navigation/core/usePreventRemoveContext.",
  "expo-router/build/react-navigation/elements/",
  "expo-router/build/react-navigation/native/Link.",
  "expo-router/build/react-navigation/native/NavigationContainer.",
  "expo-router/build/react-navigation/native/createStaticNavigation.",
  "expo-router/build/react-navigation/native/useLinkBuilder.",
  "expo-router/build/react-navigation/native/useLinkProps.",
  "expo-router/build/react-navigation/native/useLinkTo.",
  "expo-router/build/react-navigation/native/useRoutePath.",
  "expo-router/build/react-navigation/native/useScrollToTop.",
  "expo-router/build/react-navigation/native-stack/",
  "expo-router/build/react-navigation/routers/DrawerRouter.",
  "expo-router/build/react-navigation/routers/TabRouter.",
  "expo-router/build/standard-navigation/",
  "expo-router/build/useFocusEffect.",
  "expo-router/build/views/ErrorBoundary.",
  "expo-router/build/views/Sitemap.",
  "expo-router/build/views/Toast.",
  "expo-router/build/views/Unmatched.",
  "expo-router/build/views/useSitemap.",
]

/** What libraries do in a way that suits phones, or in more ways than this site needs: each file says what is in its place. */
const standIns = {
  "expo/src/dom/": "./web/dom-components.js",
  "expo-constants/": "./web/expo-constants.js",
  "expo-linking/": "./web/expo-linking.js",
  "expo-modules-core/": "./web/expo-modules-core.js",
  "expo-router/build/domComponents/": "./web/dom-components.js",
  "expo-router/build/fork/native-stack/createNativeStackNavigator.": "./web/native-stack.js",
  "expo-router/build/head/ExpoHead.": "./web/head.js",
  "expo-router/build/layouts/stack-utils/": "./web/native-stack-parts.js",
  "expo-router/build/link/Link.": "./web/link.js",
  "react-native-safe-area-context/lib/": "./web/safe-area.js",
  "react-native-screens/": "./web/native-screens.js",
  "react-native-web/dist/cjs/index.": "./web/react-native.js",
  "react-native-web/dist/exports/AppRegistry/index.": "./web/app-registry.js",
  "react-native-web/dist/index.": "./web/react-native.js",
}

const replaced = { ...standIns, ...Object.fromEntries(unused.map((start) => [start, "./web/unused.js"])) }

/** Beginnings of the paths of files that the site has others of */
exports.replacedFiles = Object.keys(replaced)

/** The file that the site has in the place of another one: a smaller one, an empty one, or the same. */
exports.leanFile = (file) => {
  const path = file.split(sep).join("/").split("/node_modules/").at(-1)
  const start = exports.replacedFiles.find((start) => path.startsWith(start))
  return start ? require.resolve(replaced[start]) : file
}

/** Metro's resolver: the same files in a browser and where pages are drawn beforehand, or React would not take them over. */
exports.resolveLean = (context, name, platform) => {
  const found = context.resolveRequest(context, name, platform)
  return platform === "web" && found.type === "sourceFile"
    ? { ...found, filePath: exports.leanFile(found.filePath) }
    : found
}
