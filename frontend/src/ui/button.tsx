import type { Href } from "expo-router"
import type { ComponentProps, ReactNode } from "react"
import styles from "./button.module.css"
import { TextLink } from "./text-link"

type Look = "primary" | "quiet" | "danger" | "text"

const classOf = (look: Look) => `${styles.button} ${styles[look]}`

interface ButtonProps extends Omit<ComponentProps<"button">, "className"> {
  look?: Look
  /** At work: it says so, and cannot be pressed again */
  busy?: boolean
}

export function Button({ look = "primary", busy = false, type = "button", children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classOf(look)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
    >
      {busy && <span className={styles.spinner} aria-hidden />}
      {children}
    </button>
  )
}

interface ButtonLinkProps {
  href: Href
  look?: Look
  /** What it is called where its text does not say of what */
  label?: string
  children: ReactNode
}

/** Leads to another page, and looks like a button. */
export const ButtonLink = ({ href, look = "primary", label, children }: ButtonLinkProps) => (
  <TextLink href={href} className={classOf(look)} aria-label={label}>
    {children}
  </TextLink>
)

/** Buttons that belong together: side by side, as far as there is room; closer where there is little. */
export const Actions = ({ close = false, children }: { close?: boolean; children: ReactNode }) => (
  <div className={close ? `${styles.actions} ${styles.close}` : styles.actions}>{children}</div>
)
