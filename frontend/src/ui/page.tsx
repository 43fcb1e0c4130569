import { useEffect, useRef, type ReactNode } from "react"
import { scrollIntoPlace } from "../scroll"
import styles from "./page.module.css"

/** Whether a page has been shown already: the first one leaves the focus to the browser. */
let shown = false

interface PageProps {
  title: string
  lead?: ReactNode
  /** What stands beside the title */
  emblem?: ReactNode
  /** A picture at the far end of the title, where there is room */
  picture?: ReactNode
  /** As wide as lines are easy to read; for forms */
  narrow?: boolean
  /** In the place of a page that is about to come: the focus waits for that one */
  placeholder?: boolean
  children?: ReactNode
}

/**
 * What every page has: the document's title, and a heading, which gets the focus as a new document would. Its title
 * may become known later.
 */
export function Page({ title, lead, emblem, picture, narrow = false, placeholder = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (placeholder) return
    if (shown) {
      scrollIntoPlace()
      heading.current?.focus({ preventScroll: true })
    }
    shown = true
  }, [placeholder])
  return (
    <div className={narrow ? `${styles.page} ${styles.narrow}` : styles.page}>
      <title>{`${title} · Cat House`}</title>
      <div className={styles.head}>
        {emblem}
        <div className={styles.words}>
          <h1 ref={heading} tabIndex={-1} className={styles.title}>
            {title}
          </h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {picture}
      </div>
      {children}
    </div>
  )
}
