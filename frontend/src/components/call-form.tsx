import { useState } from "react"
import type { InstalledEntry } from "../api/installation"
import { call, methods, takesBody, type Answer, type Method } from "../api/proxy"
import { Choice, Field, TextArea } from "../ui/field"
import { Form, textIn, useDraft } from "../ui/form"
import styles from "./call-form.module.css"

interface CallFormProps {
  entry: InstalledEntry
  /** Without an answer, there is none any more */
  answered: (answer?: Answer) => void
}

/** What to call an installed entry with. Its configured headers are added on the way. */
export const CallForm = ({ entry, answered }: CallFormProps) => (
  <Form
    label="Call"
    action="Send"
    failure="The call did not get through"
    send={async (data) => {
      try {
        const method = textIn(data, "method") as Method
        return await call({ installationId: entry.id, method, path: textIn(data, "path"), body: textIn(data, "body") })
      } catch (error) {
        answered() // An answer to another call, beside this one's failure, would be taken for its own.
        throw error
      }
    }}
    sent={answered}
  >
    <Request />
  </Form>
)

function Request() {
  const draft = useDraft()
  const [method, setMethod] = useState((draft?.get("method") ?? "GET") as Method)
  return (
    <>
      <div className={styles.request}>
        <Choice
          label="Method"
          name="method"
          options={methods}
          value={method}
          onChange={(event) => setMethod(event.target.value as Method)}
        />
        <Field
          label="Path"
          name="path"
          placeholder="/forecast?city=lisbon"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </div>
      {takesBody(method) && (
        <TextArea
          label="Body"
          name="body"
          rows={6}
          code
          spellCheck={false}
          hint="JSON is sent as JSON, anything else as plain text."
        />
      )}
    </>
  )
}
