import { useState } from "react"
import type { Answer as AnswerOf } from "../api/proxy"
import { Card } from "../ui/card"
import { Cat } from "../ui/cat"
import { Answer } from "./answer"
import { CallForm } from "./call-form"
import { useNamedInstallation } from "./named-entry"
import { QueryPage } from "./query-page"

/** Call an installed entry, and look at what it answers. */
export function CallPage() {
  const [answer, setAnswer] = useState<AnswerOf>()
  return (
    <QueryPage
      query={useNamedInstallation()}
      title="Call"
      failure="The installed entry could not be loaded"
      titleOf={({ name }) => `Call ${name}`}
      leadOf={({ endpoint }) => <code>{endpoint}</code>}
      emblemOf={({ slug }) => <Cat of={slug} size={72} />}
      narrow
    >
      {(entry) => (
        <>
          <Card>
            <CallForm entry={entry} answered={setAnswer} />
          </Card>
          {answer && <Answer answer={answer} />}
        </>
      )}
    </QueryPage>
  )
}
