import type { ReactNode } from "react"
import styles from "./card.module.css"

/** A sheet of paper on the ground: what belongs together. */
export const Card = ({ children, label }: { children: ReactNode; label?: string }) =>
  label ? (
    <section className={styles.card} aria-label={label}>
      {children}
    </section>
  ) : (
    <div className={styles.card}>{children}</div>
  )

/** Names with their values, as an address book has them. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value], place) => (
        // Headers of an answer may have the same name.
        <div key={`${name} ${place}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
