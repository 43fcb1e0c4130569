import type { Href } from "expo-router"
import type { ReactNode } from "react"
import { Cat } from "../ui/cat"
import { TextLink } from "../ui/text-link"
import styles from "./entry-card.module.css"

interface EntryCardProps {
  entry: { slug: string; name: string; endpoint: string; description?: string; publisher?: string; tags?: string[] }
  href: Href
  isInstalled?: boolean
  children?: ReactNode
}

/** An entry in a list: its cat, what it is called and does, and what can be done with it. */
export const EntryCard = ({ entry, href, isInstalled, children }: EntryCardProps) => {
  const { slug, name, description, endpoint, publisher, tags } = entry
  return (
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
          {publisher && <span> by {publisher}</span>}
        </p>
        {isInstalled && <p className={styles.installed}>Installed</p>}
      </div>
      <p className={styles.description}>{description ?? endpoint}</p>
      {tags && tags.length > 0 && <p className={styles.labels}>{tags.join(" · ")}</p>}
      {children && <div className={styles.actions}>{children}</div>}
    </article>
  )
}
