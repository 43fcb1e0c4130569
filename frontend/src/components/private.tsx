import { announce } from "../announcement"
import { DraftOwner } from "../draft"
import { useSession, type Session } from "../session"
import { Page } from "../ui/page"
import { Skeleton } from "../ui/skeleton"
import { AccountPage } from "./account-page"

/**
 * A page for those who are logged in. For others, the log-in stands in its place and not at an address of its own: so one is
 * where one wanted to be once that is done, also after a session has ended in between.
 */
export function Private({ title, children }: { title: string; children: (session: Session) => React.ReactNode }) {
  const session = useSession()
  if (session === undefined) {
    return (
      <Page title={title} narrow placeholder>
        <Skeleton />
      </Page>
    )
  }
  if (!session) return <AccountPage begun={() => announce("")} />
  return <DraftOwner value={session}>{children(session)}</DraftOwner>
}
