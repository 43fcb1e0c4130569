import type { ReactNode } from "react"
import { Problem } from "../api/problem"
import { Button } from "./button"
import styles from "./notice.module.css"

/** A message on the page. `bad` interrupts a screen reader, `good` waits for its turn. */
export function Notice({ kind, title, children }: { kind: "good" | "bad"; title?: string; children?: ReactNode }) {
  return (
    <div role={kind === "bad" ? "alert" : "status"} className={`${styles.notice} ${styles[kind]}`}>
      {title && <p className={styles.title}>{title}</p>}
      {children}
    </div>
  )
}

interface ProblemNoticeProps {
  title: string
  error: Error
  retry?: () => unknown
  children?: ReactNode
}

/** Why something did not work, what it is called in the logs, and a way to try again. */
export function ProblemNotice({ title, error, retry, children }: ProblemNoticeProps) {
  return (
    <Notice kind="bad" title={title}>
      <p>{error.message}</p>
      {children}
      {error instanceof Problem && error.traceId && (
        <p className={styles.trace}>
          Trace ID <code>{error.traceId}</code>
        </p>
      )}
      {retry && (
        <div>
          <Button look="quiet" onClick={() => void retry()}>
            Try again
          </Button>
        </div>
      )}
    </Notice>
  )
}
