import { Pressable, StyleSheet, Text, View } from "react-native"
import { useCatalogHealth, type Health } from "../health"
import { colors, font } from "../theme"

/** Whether the catalogue answers, as this very page sees it. */
export function HealthCard() {
  const { health, check } = useCatalogHealth()
  const { color, title, detail } = appearanceOf(health)
  return (
    <View style={styles.card}>
      <View style={styles.status} aria-live="polite">
        <View style={[styles.light, { backgroundColor: color }]} />
        <View style={styles.words}>
          <Text style={styles.title}>{title}</Text>
          <Text style={styles.detail}>{detail}</Text>
        </View>
      </View>
      <Pressable role="button" onPress={check} disabled={health.state === "loading"} style={styles.button}>
        <Text style={styles.label}>Check again</Text>
      </Pressable>
    </View>
  )
}

function appearanceOf(health: Health): { color: string; title: string; detail: string } {
  switch (health.state) {
    case "loading":
      return { color: colors.line, title: "Asking the catalogue…", detail: "One moment" }
    case "ok":
      return { color: colors.ok, title: "The catalogue is healthy", detail: `Version ${health.version.slice(0, 12)}` }
    case "error":
      return { color: colors.error, title: "The catalogue does not answer as it should", detail: health.reason }
  }
}

const styles = StyleSheet.create({
  card: {
    backgroundColor: colors.surface,
    borderColor: colors.line,
    borderRadius: 14,
    borderWidth: 1,
    gap: 20,
    padding: 24,
  },
  status: { alignItems: "center", flexDirection: "row", gap: 14 },
  light: { borderRadius: 7, height: 14, width: 14 },
  words: { flex: 1, gap: 2 },
  title: { color: colors.ink, fontFamily: font, fontSize: 17, fontWeight: "600" },
  detail: { color: colors.muted, fontFamily: font, fontSize: 15 },
  button: { alignSelf: "flex-start", borderColor: colors.accent, borderRadius: 8, borderWidth: 1, padding: 10 },
  label: { color: colors.accent, fontFamily: font, fontSize: 15, fontWeight: "600" },
})
