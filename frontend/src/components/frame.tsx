import { useRef, type ReactNode } from "react"
import { useAnnouncement } from "../announcement"
import { TextLink } from "../ui/text-link"
import styles from "./frame.module.css"
import { SiteHeader } from "./site-header"

/** What is around every page, and a way past it for those who go by keyboard. */
export function Frame({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null)
  const announcement = useAnnouncement()
  return (
    <div className={styles.frame}>
      <a
        href="#main"
        className={styles.skip}
        onClick={(event) => {
          event.preventDefault() // The router would take the fragment for another page.
          main.current?.focus()
        }}
      >
        Skip to content
      </a>
      <SiteHeader />
      <main ref={main} id="main" tabIndex={-1} className={styles.main}>
        {/* Always there: a screen reader hears what is put into it, and not what comes with its text. */}
        <div role="status">{announcement && <p className={styles.announcement}>{announcement}</p>}</div>
        {children}
      </main>
      <footer className={styles.footer}>
        <TextLink href="/about">About</TextLink>
      </footer>
    </div>
  )
}
