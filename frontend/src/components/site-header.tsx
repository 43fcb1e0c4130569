import { useRouter, usePathname, type Href } from "expo-router"
import { announce } from "../announcement"
import { logOut, useSession } from "../session"
import { Mark } from "../ui/mark"
import { TextLink } from "../ui/text-link"
import styles from "./site-header.module.css"

/** The roof over every page: where one can go, and who is logged in. */
export function SiteHeader() {
  const session = useSession()
  return (
    <header className={styles.roof}>
      <div className={styles.inside}>
        <TextLink href="/" className={styles.brand} aria-label="Cat House">
          <Mark />
          <span>Cat House</span>
        </TextLink>
        <nav aria-label="Main" className={styles.rooms}>
          <Room href="/">Catalogue</Room>
          <Room href="/installed">Installed</Room>
          <Room href="/publish">Publish</Room>
        </nav>
        {/* Not known while the page is being hydrated, and then there at once: its place is kept. */}
        <div className={styles.account}>
          {session && <LoggedIn email={session.account.email} />}
          {session === null && (
            <>
              <TextLink href="/login">Log in</TextLink>
              <TextLink href="/register">Register</TextLink>
            </>
          )}
        </div>
      </div>
    </header>
  )
}

function Room({ href, children }: { href: Href & string; children: string }) {
  const current = usePathname() === href
  return (
    <TextLink href={href} className={styles.room} aria-current={current ? "page" : undefined}>
      {children}
    </TextLink>
  )
}

function LoggedIn({ email }: { email: string }) {
  const router = useRouter()
  const current = usePathname() === "/account"
  const leave = () => {
    logOut()
    announce("You are logged out.", "/")
    router.replace("/")
  }
  return (
    <>
      <TextLink href="/account" aria-current={current ? "page" : undefined}>
        <span className={styles.email}>{email}</span>
        <span className={styles.short}>Account</span>
      </TextLink>
      <button type="button" onClick={leave}>
        Log out
      </button>
    </>
  )
}
