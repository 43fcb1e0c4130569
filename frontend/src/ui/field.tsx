import { useId, type ComponentProps, type ReactNode } from "react"
import { useDraft, useFieldProblems } from "./form"
import styles from "./field.module.css"

interface Shared {
  label: string
  name: string
  hint?: ReactNode
  /** What to say of a value that has not the form it should have, instead of the platform's regular expression */
  format?: string
}

/** One line to fill in, with its label, a hint, and what is wrong with it. */
export function Field({ label, name, hint, format, ...input }: Shared & ComponentProps<"input">) {
  const described = useDescription(name, hint, format)
  return (
    <Frame label={label} {...described}>
      <input
        {...input}
        {...described.control}
        name={name}
        defaultValue={useDraftOr(name, input.defaultValue)}
        className={styles.control}
      />
    </Frame>
  )
}

/** Several lines to fill in: of prose, or of code. */
export function TextArea({ label, name, hint, format, code, ...area }: TextAreaProps) {
  const described = useDescription(name, hint, format)
  return (
    <Frame label={label} {...described}>
      <textarea
        rows={5}
        {...area}
        {...described.control}
        name={name}
        defaultValue={useDraftOr(name, area.defaultValue)}
        className={code ? `${styles.control} ${styles.code}` : styles.control}
      />
    </Frame>
  )
}

type TextAreaProps = Shared & ComponentProps<"textarea"> & { code?: boolean }

/** One of a few values. */
export function Choice({
  label,
  name,
  options,
  ...select
}: Shared & { options: readonly string[] } & ComponentProps<"select">) {
  const described = useDescription(name)
  return (
    <Frame label={label} {...described}>
      <select {...select} {...described.control} name={name} className={styles.control}>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </Frame>
  )
}

/** What had been typed there when the session ended; else the value that the control begins with. */
function useDraftOr<Value>(name: string, initial: Value): Value | string {
  const draft = useDraft()?.get(name)
  return typeof draft === "string" ? draft : initial
}

type Description = ReturnType<typeof useDescription>

/** Ties the hint and the error to the control, for those who hear the page. */
function useDescription(name: string, hint?: ReactNode, format?: string) {
  const id = useId()
  const details = useFieldProblems(name).map(({ type, detail }) =>
    type === "string_pattern_mismatch" && format ? format : detail,
  )
  const error = [...new Set(details)].join(" ")
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ")
  return {
    id,
    hint,
    error,
    control: { id, "aria-invalid": error ? true : undefined, "aria-describedby": describedBy || undefined },
  }
}

function Frame({ id, label, hint, error, children }: Description & { label: string; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {children}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  )
}
