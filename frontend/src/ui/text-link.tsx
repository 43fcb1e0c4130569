import { Link, type Href } from "expo-router"
import type { ComponentProps } from "react"

type AnchorProps = Pick<ComponentProps<"a">, "className" | "children" | "aria-current" | "aria-label">

/** A link to another page of this site. */
export const TextLink = (props: AnchorProps & { href: Href }) => <Link {...props} />
