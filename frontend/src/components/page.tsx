import Head from "expo-router/head"
import type { PropsWithChildren } from "react"
import { StyleSheet, Text, View } from "react-native"
import { colors, font } from "../theme"

/** What every screen has: the document's title, a heading, and a lead. */
export function Page({ title, lead, children }: PropsWithChildren<{ title: string; lead: string }>) {
  return (
    <View style={styles.page}>
      <Head>
        <title>{title === "Cat House" ? title : `${title} · Cat House`}</title>
      </Head>
      <Text role="heading" aria-level={1} style={styles.title}>
        {title}
      </Text>
      <Text style={styles.lead}>{lead}</Text>
      {children}
    </View>
  )
}

const styles = StyleSheet.create({
  page: { gap: 16 },
  title: { color: colors.ink, fontFamily: font, fontSize: 40, fontWeight: "700", letterSpacing: -0.8 },
  lead: { color: colors.muted, fontFamily: font, fontSize: 18, lineHeight: 28 },
})
