import { Card, Facts } from "../ui/card"
import { Cat } from "../ui/cat"
import { Notice } from "../ui/notice"
import { useSession } from "../session"
import { EntryActions } from "./entry-actions"
import styles from "./entry-page.module.css"
import { useNamedEntry } from "./named-entry"
import { QueryPage } from "./query-page"

const day = new Intl.DateTimeFormat("en", { dateStyle: "long" })

/** Everything about one entry, for anyone. */
export function EntryPage() {
  const session = useSession()
  return (
    <QueryPage
      query={useNamedEntry()}
      title="Entry"
      failure="The entry could not be loaded"
      titleOf={({ name }) => name}
      leadOf={({ slug }) => <code>{slug}</code>}
      emblemOf={({ slug }) => <Cat of={slug} size={92} />}
      narrow
    >
      {(entry) => (
        <>
          {entry.retired_at && (
            <Notice kind="bad" title="This entry is retired">
              <p>It can no longer be installed. Where it is, it goes on working.</p>
            </Notice>
          )}
          <Card>
            {entry.description && <p className={styles.description}>{entry.description}</p>}
            <Facts
              facts={[
                ["Endpoint", <code key="endpoint">{entry.endpoint}</code>],
                ["Published", day.format(new Date(entry.created_at))],
                ["Changed", day.format(new Date(entry.updated_at))],
                ["Owner", session?.account.id === entry.owner_id ? "You" : "Another account"],
              ]}
            />
            <EntryActions entry={entry} />
          </Card>
        </>
      )}
    </QueryPage>
  )
}
