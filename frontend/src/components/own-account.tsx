import { useRouter } from "expo-router"
import { announce } from "../announcement"
import { deleteAccount, type Account } from "../api/auth"
import { dayOf } from "../day"
import { queries } from "../queries"
import { logOut } from "../session"
import { Actions } from "../ui/button"
import { Card, Facts } from "../ui/card"
import { Page } from "../ui/page"
import { ConfirmedButton } from "./confirmed-button"

/** Who one is here, and the way to be nobody again. */
export function OwnAccount({ account }: { account: Account }) {
  const router = useRouter()
  return (
    <Page title="Account" lead="This is what Cat House knows of you." narrow>
      <Card>
        <Facts
          facts={[
            ["E-mail address", account.email],
            ...(account.display_name ? [["Display name", account.display_name] as [string, string]] : []),
            ["Registered", dayOf(account.created_at)],
          ]}
        />
      </Card>
      <Card label="Delete your account">
        <h2>Delete your account</h2>
        <p>
          What you have installed and published goes with it. While others have an entry of yours installed, the account
          stays.
        </p>
        <Actions>
          <ConfirmedButton
            verb="Delete"
            of="your account"
            question="It is deleted with what you have installed and published. Nobody can bring it back."
            act={deleteAccount}
            done={async () => {
              logOut()
              announce("Your account is deleted.", "/")
              router.replace("/")
              await queries.invalidateQueries({ queryKey: ["catalog"] })
            }}
          />
        </Actions>
      </Card>
    </Page>
  )
}
