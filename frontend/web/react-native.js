// What expo-router needs of react-native-web. Its index has four times as much, and Metro takes all that an index has.
export { default as Dimensions } from "react-native-web/dist/exports/Dimensions"
export { default as I18nManager } from "react-native-web/dist/exports/I18nManager"
export { default as Platform } from "react-native-web/dist/exports/Platform"
export { default as StyleSheet } from "react-native-web/dist/exports/StyleSheet"
export { default as Text } from "react-native-web/dist/exports/Text"
export { default as View } from "react-native-web/dist/exports/View"
export { default as useColorScheme } from "react-native-web/dist/exports/useColorScheme"
