import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FormEvent,
  type ReactNode,
} from "react"
import { markedAt, Problem, type FieldProblem } from "../api/problem"
import { DraftOwner, draftName, draftOf, forgetDraft, keepDraft } from "../draft"
import { sessionHasEnded } from "../session"
import { useSingleMutation } from "../single"
import { Actions, Button } from "./button"
import styles from "./form.module.css"
import { ProblemNotice } from "./notice"

interface Fields {
  problems: FieldProblem[]
  /** Tells that a field is there, until what it returns is called */
  show: (name: string) => () => void
}

const FieldsContext = createContext<Fields>({ problems: [], show: () => () => undefined })

/** What is wrong with a field, or with something in it. What is told here, the form no longer has to tell. */
export function useFieldProblems(name: string): FieldProblem[] {
  const { problems, show } = useContext(FieldsContext)
  useEffect(() => show(name), [show, name])
  return problems.filter((problem) => concerns(name, problem))
}

const concerns = (name: string, { loc }: FieldProblem): boolean => `${loc.join(".")}.`.startsWith(`${name}.`)

const DraftData = createContext<FormData | undefined>(undefined)

/** What had been typed into this form when the session ended, which it begins with. */
export const useDraft = (): FormData | undefined => useContext(DraftData)

/** Around controls that are given what they begin with by other means. */
export const WithoutDraft = ({ children }: { children: ReactNode }) => (
  <DraftData value={undefined}>{children}</DraftData>
)

interface FormProps<Result> {
  label: string
  /** What its button says */
  action: string
  /** What its failure is called */
  failure: string
  send: (data: FormData) => Promise<Result>
  sent: (result: Result) => unknown
  /** What can be done about a failure, below its words */
  remedy?: (error: Error) => ReactNode
  /** What stands beside its button */
  aside?: ReactNode
  children: ReactNode
}

const noProblems: FieldProblem[] = []

/** What stands in a control of the form that is sent. */
export const textIn = (data: FormData, name: string): string => String(data.get(name) ?? "")

/**
 * A form that is sent once at a time. What the platform refuses stands beside its field, or at the end where there is no such
 * field, and the first such field gets the focus; the browser's own checks are off, as their words and their manners differ from
 * these. What is typed outlives the end of the session: the form begins with it once its owner has logged in again.
 */
export function Form<Result>({ label, action, failure, send, sent, remedy, aside, children }: FormProps<Result>) {
  const form = useRef<HTMLFormElement>(null)
  const draft = useKeptDraft(label, form)
  const { shown, show } = useShownFields()
  const { run, error, isPending } = useSingleMutation((data: FormData) => {
    const missing = missingIn(form.current)
    return missing.length > 0 ? Promise.reject(markedAt(missing)) : send(data)
  }, sent)
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()
  }, [error])

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    run(new FormData(event.currentTarget))
  }
  const problems = error instanceof Problem ? error.fields : noProblems
  const fields = useMemo(() => ({ problems, show }), [problems, show])
  const strays = problems.filter((problem) => !shown.some((name) => concerns(name, problem)))
  return (
    <FieldsContext value={fields}>
      <DraftData value={draft}>
        <form ref={form} aria-label={label} noValidate onSubmit={submit} className={styles.form}>
          {children}
          {error && (
            <ProblemNotice title={failure} error={error}>
              {strays.map(({ loc, detail }) => (
                <p key={[...loc, detail].join(".")}>{[...loc, detail].join(": ")}</p>
              ))}
              {remedy?.(error)}
            </ProblemNotice>
          )}
          <Actions>
            <Button type="submit" busy={isPending}>
              {action}
            </Button>
            {aside}
          </Actions>
        </form>
      </DraftData>
    </FieldsContext>
  )
}

/** The names of the fields that are there, and what they tell it by. */
function useShownFields() {
  const [shown, setShown] = useState<readonly string[]>([])
  const show = useCallback((name: string) => {
    setShown((others) => [...others, name])
    return () => setShown((all) => all.filter((one) => one !== name))
  }, [])
  return { shown, show }
}

/** Keeps what is in the form if the session ends while it is shown, and returns what was kept before. */
function useKeptDraft(label: string, form: React.RefObject<HTMLFormElement | null>): FormData | undefined {
  const owner = useContext(DraftOwner)
  const [draft] = useState(() => (owner ? draftOf(draftName(label), owner) : undefined))
  useLayoutEffect(() => {
    const element = form.current
    if (!owner || !element) return
    const name = draftName(label)
    forgetDraft(name)
    return () => {
      if (sessionHasEnded()) keepDraft(name, owner, new FormData(element))
    }
  }, [owner, label, form])
  return draft
}

const missingIn = (form: HTMLFormElement | null): FieldProblem[] =>
  [...(form?.querySelectorAll<HTMLInputElement>("[required]") ?? [])]
    .filter(({ value }) => value.trim() === "")
    .map(({ name }) => ({ loc: name.split("."), type: "missing", detail: "Fill this in." }))
