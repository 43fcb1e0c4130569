/**
 * What expo-router needs of react-native-web on a page that is made of HTML: to know that it is a web site. Its elements and
 * style sheets, a tenth of the site's JavaScript, are for apps made of Views.
 */
export const Platform = { OS: "web", select: (choices) => ("web" in choices ? choices.web : choices.default) }
export const I18nManager = { getConstants: () => ({ isRTL: false }) }
/** Style sheets answer to prefers-color-scheme by themselves. */
export const useColorScheme = () => "light"
export { default as AppRegistry } from "./app-registry"
