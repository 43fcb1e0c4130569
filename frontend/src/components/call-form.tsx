import { useState } from "react"
import type { InstalledEntry } from "../api/installation"
import { call, methods, takesBody, type Answer, type Method } from "../api/proxy"
import { Choice, Field, TextArea } from "../ui/field"
import { Form, textIn } from "../ui/form"
import styles from "./call-form.module.css"

interface CallFormProps {
  entry: InstalledEntry
  answered: (answer: Answer) => void
}

/** What to call an installed entry with. Its configured headers are added on the way. */
export function CallForm({ entry, answered }: CallFormProps) {
  const [method, setMethod] = useState<Method>("GET")
  return (
    <Form
      label="Call"
      action="Send"
      failure="The call did not get through"
      send={(data) =>
        call({ installationId: entry.id, method, path: textIn(data, "path"), body: textIn(data, "body") })
      }
      sent={answered}
    >
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
    </Form>
  )
}
