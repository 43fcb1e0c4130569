import type { ReactNode } from "react"
import { Cat } from "./cat"
import styles from "./empty.module.css"

/** Where there is nothing, a cat sleeps; and below it, what can be done about that. */
export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className={styles.empty}>
    <Cat of="cat" size={88} asleep />
    <h2>{title}</h2>
    {children}
  </div>
)
