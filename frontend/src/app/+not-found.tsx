import { Link } from "expo-router"
import { StyleSheet } from "react-native"
import { Page } from "../components/page"
import { colors, font } from "../theme"

export default function NotFound() {
  return (
    <Page title="Nothing here" lead="This address leads nowhere. It may have moved, or never existed.">
      <Link href="/" style={styles.link}>
        Go to the start
      </Link>
    </Page>
  )
}

const styles = StyleSheet.create({ link: { color: colors.accent, fontFamily: font, fontSize: 16 } })
