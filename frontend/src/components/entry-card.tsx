import type { Href } from "expo-router"
import type { ReactNode } from "react"
import { Cat } from "../ui/cat"
import { TextLink } from "../ui/text-link"
import styles from "./entry-card.module.css"

interface EntryCardProps {
  entry: { slug: string; name: string; endpoint: string; description?: string }
  href: Href
  children?: ReactNode
}

/** An entry in a list: its cat, what it is called and does, and what can be done with it. */
export const EntryCard = ({ entry: { slug, name, description, endpoint }, href, children }: EntryCardProps) => (
  <article className={styles.card}>
    <Cat of={slug} size={60} />
    <div className={styles.words}>
      <h2>
        <TextLink href={href} className={styles.name}>
          {name}
        </TextLink>
      </h2>
      <p className={styles.slug}>
        <code>{slug}</code>
      </p>
    </div>
    <p className={styles.description}>{description ?? endpoint}</p>
    {children}
  </article>
)
