import { useId, useLayoutEffect, useRef, type ReactNode } from "react"
import { Actions, Button } from "./button"
import styles from "./dialog.module.css"

interface ConfirmProps {
  title: string
  children: ReactNode
  /** What the button that does it says */
  action: string
  busy: boolean
  confirm: () => void
  cancel: () => void
}

/**
 * Asks before something that cannot be taken back. The browser's own dialog keeps the focus in it, and closes on Escape. It
 * would give the focus to its first button, and React removes it before it could give it back: so both are done here.
 */
export function Confirm({ title, children, action, busy, confirm, cancel }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const safe = useRef<HTMLButtonElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const opened = dialog.current
    const before = document.activeElement as HTMLElement | null
    opened?.showModal()
    safe.current?.focus()
    return () => {
      opened?.close()
      // Once it is known whether the page still has what had the focus: that may go away together with the question.
      queueMicrotask(() => (before?.isConnected ? before : document.querySelector<HTMLElement>("main h1"))?.focus())
    }
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={id} className={styles.dialog} onClose={cancel}>
      <h2 id={id}>{title}</h2>
      {children}
      <Actions>
        <Button look="quiet" ref={safe} onClick={cancel}>
          Keep it
        </Button>
        <Button look="danger" busy={busy} onClick={confirm}>
          {action}
        </Button>
      </Actions>
    </dialog>
  )
}
