import { useState, type ReactNode } from "react"
import { useSingleMutation } from "../single"
import { Button } from "../ui/button"
import { Confirm } from "../ui/dialog"
import { ProblemNotice } from "../ui/notice"

interface ConfirmedButtonProps {
  verb: string
  /** Of what, for those who do not see where the button stands */
  of: string
  /** What is asked before */
  question: ReactNode
  act: () => Promise<void>
  /** It is over when this is */
  done: () => unknown
}

/** A button for what cannot be taken back: it asks before, and says there what went wrong. */
export function ConfirmedButton({ verb, of, question, act, done }: ConfirmedButtonProps) {
  const [asking, setAsking] = useState(false)
  const { run, reset, error, isPending } = useSingleMutation(act, done)
  const cancel = () => {
    setAsking(false)
    reset()
  }
  return (
    <>
      <Button look="danger" aria-label={`${verb} ${of}`} onClick={() => setAsking(true)}>
        {verb}
      </Button>
      {asking && (
        <Confirm
          title={`${verb} ${of}?`}
          action={`Yes, ${verb.toLowerCase()} it`}
          busy={isPending}
          confirm={() => run(undefined)}
          cancel={cancel}
        >
          <p>{question}</p>
          {error && <ProblemNotice title="That did not work" error={error} />}
        </Confirm>
      )}
    </>
  )
}
