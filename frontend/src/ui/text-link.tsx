import { Link, type Href } from "expo-router"
import type { ComponentProps } from "react"

/** A link to another page of this site. Expo's own would be styled as React Native's text. */
export const TextLink = ({ href, children, ...anchor }: Omit<ComponentProps<"a">, "href"> & { href: Href }) => (
  <Link href={href} asChild>
    <Anchor {...anchor}>{children}</Anchor>
  </Link>
)

/** Expo gives its child a native link's handler, too, which no element of a page knows. */
const Anchor = ({ onPress: _, children, ...anchor }: ComponentProps<"a"> & { onPress?: unknown }) => (
  <a {...anchor}>{children}</a>
)
