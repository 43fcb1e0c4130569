import { useEffect, useId, useRef, type ReactNode } from "react"
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

/** Asks before something that cannot be taken back. The browser's own dialog keeps the focus in it, and closes on Escape. */
export function Confirm({ title, children, action, busy, confirm, cancel }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const opened = dialog.current
    opened?.showModal()
    return () => opened?.close() // gives the focus back
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={id} className={styles.dialog} onClose={cancel}>
      <h2 id={id}>{title}</h2>
      {children}
      <Actions>
        <Button look="danger" busy={busy} onClick={confirm}>
          {action}
        </Button>
        <Button look="quiet" onClick={cancel} autoFocus>
          Keep it
        </Button>
      </Actions>
    </dialog>
  )
}
