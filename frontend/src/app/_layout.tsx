import { Link, Slot } from "expo-router"
import { StyleSheet, View } from "react-native"
import "../global.css"
import { colors, font } from "../theme"

export default function Layout() {
  return (
    <View style={styles.screen}>
      <View role="banner" style={styles.bar}>
        <Link href="/" style={styles.brand}>
          Cat House
        </Link>
        <View role="navigation">
          <Link href="/about" style={styles.link}>
            About
          </Link>
        </View>
      </View>
      <View role="main" style={styles.main}>
        <Slot />
      </View>
    </View>
  )
}

const styles = StyleSheet.create({
  screen: { backgroundColor: colors.ground, flex: 1, paddingHorizontal: 24 },
  bar: {
    alignItems: "center",
    alignSelf: "center",
    flexDirection: "row",
    justifyContent: "space-between",
    maxWidth: 680,
    paddingVertical: 24,
    width: "100%",
  },
  brand: { color: colors.accent, fontFamily: font, fontSize: 18, fontWeight: "700" },
  link: { color: colors.muted, fontFamily: font, fontSize: 16 },
  main: { alignSelf: "center", maxWidth: 680, paddingVertical: 48, width: "100%" },
})
