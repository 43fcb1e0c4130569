import type { Answer as AnswerOf } from "../api/proxy"
import { Card, Facts } from "../ui/card"
import styles from "./answer.module.css"

/** What a call has been answered, all of it. */
export function Answer({ answer }: { answer: AnswerOf }) {
  const { status, reason, headers, body, milliseconds, traceId } = answer
  return (
    <Card label="Answer">
      <p role="status" className={styles.line}>
        <strong className={status < 400 ? styles.good : styles.bad}>
          {status} {reason}
        </strong>
        <span>
          in {milliseconds} ms, {sizeOf(body)}
        </span>
      </p>
      <Facts facts={[["Trace ID", <code key="trace">{traceId}</code>]]} />
      <section aria-label="Body" className={styles.part}>
        <h2>Body</h2>
        {body ? (
          // It scrolls, which a keyboard can do only where the focus can be.
          <pre tabIndex={0} className={styles.body}>
            {readable(body)}
          </pre>
        ) : (
          <p className={styles.none}>There is none.</p>
        )}
      </section>
      <section aria-label="Headers" className={styles.part}>
        <h2>Headers</h2>
        <Facts facts={headers.map(([name, value]) => [name, <code key={name}>{value}</code>])} />
      </section>
    </Card>
  )
}

function sizeOf(body: string): string {
  const { size } = new Blob([body])
  return size < 1024 ? `${size} ${size === 1 ? "byte" : "bytes"}` : `${(size / 1024).toFixed(1)} KiB`
}

/** JSON with line breaks; anything else as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
