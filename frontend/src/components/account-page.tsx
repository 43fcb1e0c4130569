import { useState } from "react"
import { logIn, register } from "../api/auth"
import { besideField } from "../api/problem"
import { Button } from "../ui/button"
import { Card } from "../ui/card"
import { Field } from "../ui/field"
import { Form, textIn } from "../ui/form"
import { Page } from "../ui/page"

interface AccountPageProps {
  /** For somebody who has no account yet */
  isNew?: boolean
  /** A session has begun */
  begun: () => void
}

/** Log in, or register and be logged in at once. */
export function AccountPage({ isNew: initially = false, begun }: AccountPageProps) {
  const [isNew, setNew] = useState(initially)
  const title = isNew ? "Register" : "Log in"
  return (
    <Page
      title={title}
      narrow
      lead={isNew ? "An account keeps what you publish and what you install." : "To publish, to install, and to call."}
    >
      <Card>
        <Form
          key={title}
          label={title}
          action={title}
          failure={isNew ? "You could not be registered" : "You could not be logged in"}
          send={(data) => {
            const credentials = { email: textIn(data, "email"), password: textIn(data, "password") }
            if (!isNew) return logIn(credentials)
            return register(credentials, textIn(data, "display_name")).catch((error: unknown) => {
              throw besideField(error, 409, "email")
            })
          }}
          sent={begun}
          aside={
            <Button look="text" onClick={() => setNew(!isNew)}>
              {isNew ? "I have an account" : "I have no account yet"}
            </Button>
          }
        >
          <Field
            label="E-mail address"
            name="email"
            required
            type="email"
            autoComplete="username"
            format="It should look like name@example.org."
          />
          <Field
            label="Password"
            name="password"
            required
            type="password"
            autoComplete={isNew ? "new-password" : "current-password"}
            hint={isNew ? "At least 8 characters." : undefined}
          />
          {isNew && (
            <Field
              label="Display name"
              name="display_name"
              autoComplete="nickname"
              hint="Optional: what people see beside what you publish. Without one, it is your e-mail address up to the @."
            />
          )}
        </Form>
      </Card>
    </Page>
  )
}
