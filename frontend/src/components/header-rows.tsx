import { useId, useRef, useState } from "react"
import { Button } from "../ui/button"
import { Field } from "../ui/field"
import { useDraft, WithoutDraft } from "../ui/form"
import { headerField, rowsIn, type HeaderRow } from "./configuration"
import styles from "./header-rows.module.css"

/** Headers as rows of a name and a value: as many as are wanted. */
export function HeaderRows({ initial: configured }: { initial: HeaderRow[] }) {
  const draft = useDraft()
  const initial = draft ? rowsIn(draft) : configured
  const hint = useId()
  const group = useRef<HTMLFieldSetElement>(null)
  const next = useRef(initial.length)
  const [rows, setRows] = useState(() => initial.map((row, key) => ({ ...row, key })))
  const add = () => setRows([...rows, { name: "", value: "", key: next.current++ }])
  const remove = (key: number) => {
    setRows(rows.filter((row) => row.key !== key))
    group.current?.focus() // The button that had it is gone.
  }
  return (
    <fieldset ref={group} tabIndex={-1} className={styles.headers} aria-describedby={hint}>
      <legend>Headers</legend>
      <p id={hint} className={styles.hint}>
        They go with every call, credentials among them. They are kept encrypted, and only you can read them.
      </p>
      <WithoutDraft>
        {rows.map(({ key, name, value }, row) => (
          <div key={key} className={styles.row}>
            <Field
              label={`Name of header ${row + 1}`}
              name={headerField(row, "name")}
              defaultValue={name}
              placeholder="X-Api-Key"
              format="A header’s name has letters, digits and hyphens, and no spaces."
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
            <Field
              label={`Value of header ${row + 1}`}
              name={headerField(row, "value")}
              defaultValue={value}
              format="A header’s value is one line of plain ASCII, without spaces around it."
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
            <Button look="quiet" aria-label={`Remove header ${row + 1}`} onClick={() => remove(key)}>
              Remove
            </Button>
          </div>
        ))}
      </WithoutDraft>
      <div>
        <Button look="quiet" onClick={add}>
          Add a header
        </Button>
      </div>
    </fieldset>
  )
}
