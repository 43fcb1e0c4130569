import { useMutation } from "@tanstack/react-query"
import { createContext, useContext, useEffect, useRef, type FormEvent, type ReactNode } from "react"
import { Problem, type FieldProblem } from "../api/problem"
import { Actions, Button } from "./button"
import styles from "./form.module.css"
import { ProblemNotice } from "./notice"

const FieldProblems = createContext<FieldProblem[]>([])

/** What is wrong with a field, or with something in it. */
export const useFieldProblem = (name: string): FieldProblem | undefined =>
  useContext(FieldProblems).find((problem) => concerns(name, problem))

const concerns = (name: string, { loc }: FieldProblem): boolean => `${loc.join(".")}.`.startsWith(`${name}.`)

interface FormProps<Result> {
  label: string
  /** What its button says */
  action: string
  /** What its failure is called */
  failure: string
  send: (data: FormData) => Promise<Result>
  sent: (result: Result) => void
  /** What stands beside its button */
  aside?: ReactNode
  children: ReactNode
}

/** What stands in a control of the form that is sent. */
export const textIn = (data: FormData, name: string): string => String(data.get(name) ?? "")

/**
 * A form that is sent once at a time. What the platform refuses stands beside its field, and the first such field gets the
 * focus; the browser's own checks are off, as their words and their manners differ from these.
 */
export function Form<Result>({ label, action, failure, send, sent, aside, children }: FormProps<Result>) {
  const form = useRef<HTMLFormElement>(null)
  const { mutate, error, isPending, variables } = useMutation({ mutationFn: send, onSuccess: sent })
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()
  }, [error])

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isPending) return
    mutate(new FormData(event.currentTarget))
  }
  const fields = error instanceof Problem ? error.fields : []
  return (
    <FieldProblems value={fields}>
      <form ref={form} aria-label={label} noValidate onSubmit={submit} className={styles.form}>
        {children}
        {error && (
          <ProblemNotice title={failure} error={error}>
            {fields.filter(isStray(variables)).map(({ loc, detail }) => (
              <p key={loc.join(".")}>{[...loc, detail].join(": ")}</p>
            ))}
          </ProblemNotice>
        )}
        <Actions>
          <Button type="submit" busy={isPending}>
            {action}
          </Button>
          {aside}
        </Actions>
      </form>
    </FieldProblems>
  )
}

/** Whether what is wrong belongs to none of the controls that were sent, which could show it. */
const isStray =
  (sent = new FormData()) =>
  (problem: FieldProblem): boolean =>
    ![...sent.keys()].some((name) => concerns(name, problem))
