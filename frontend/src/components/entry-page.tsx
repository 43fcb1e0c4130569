import type { UseQueryResult } from "@tanstack/react-query"
import type { CatalogEntry } from "../api/catalog"
import { Problem } from "../api/problem"
import { dayOf } from "../day"
import { useSession } from "../session"
import { Card, Facts } from "../ui/card"
import { Cat } from "../ui/cat"
import { Notice } from "../ui/notice"
import { EntryActions } from "./entry-actions"
import styles from "./entry-page.module.css"
import { NothingHere } from "./nothing-here"
import { QueryPage } from "./query-page"
import { TagLinks } from "./tags"

/** Everything about one entry, for anyone. */
export function EntryPage({ query }: { query: UseQueryResult<CatalogEntry> }) {
  const session = useSession()
  if (!query.data && query.error instanceof Problem && query.error.status === 404) return <NothingHere />
  return (
    <QueryPage
      query={query}
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
                ["Published", dayOf(entry.created_at)],
                ["Changed", dayOf(entry.updated_at)],
                ["Publisher", publisherOf(entry, session?.account.id)],
                ...(entry.tags?.length
                  ? [["Tags", <TagLinks key="tags" tags={entry.tags} />] as [string, React.ReactNode]]
                  : []),
              ]}
            />
            <EntryActions entry={entry} />
          </Card>
        </>
      )}
    </QueryPage>
  )
}

function publisherOf({ publisher, owner_id }: CatalogEntry, me: string | undefined): string {
  const isMine = owner_id === me
  if (!publisher) return isMine ? "You" : "Another account"
  return isMine ? `${publisher} (you)` : publisher
}
