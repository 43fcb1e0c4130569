import { useRouter } from "expo-router"
import { announce } from "../announcement"
import type { Account } from "../api/auth"
import { changeEntry } from "../api/catalog"
import { queries } from "../queries"
import { Card } from "../ui/card"
import { Cat } from "../ui/cat"
import { Form } from "../ui/form"
import { Notice } from "../ui/notice"
import { besideTags, changeIn, EntryFields } from "./entry-fields"
import { keepEntry, pathOf, useEntryOfId } from "./named-entry"
import { QueryPage } from "./query-page"

/** Change an entry that one has published. */
export function EditPage({ account }: { account: Account }) {
  const router = useRouter()
  return (
    <QueryPage
      query={useEntryOfId()}
      title="Edit"
      failure="The entry could not be loaded"
      titleOf={({ name }) => `Edit ${name}`}
      leadOf={({ slug }) => <code>{slug}</code>}
      emblemOf={({ slug }) => <Cat of={slug} size={72} />}
      narrow
    >
      {(entry) => {
        const refusal = refusalOf(entry, account)
        return refusal ? (
          <Notice kind="bad" title="It cannot be edited">
            <p>{refusal}</p>
          </Notice>
        ) : (
          <Card>
            <Form
              label="Edit"
              action="Save"
              failure="The entry is not changed"
              send={(data) => {
                const change = changeIn(data)
                return changeEntry(entry.id, change).catch((error: unknown) => {
                  throw besideTags(error, change.tags)
                })
              }}
              sent={async (changed) => {
                await queries.invalidateQueries({ queryKey: ["catalog"], refetchType: "none" })
                keepEntry(changed)
                announce(`${changed.name} is changed.`, pathOf(changed.slug))
                router.replace(pathOf(changed.slug))
              }}
            >
              <EntryFields entry={entry} />
            </Form>
          </Card>
        )
      }}
    </QueryPage>
  )
}

function refusalOf(entry: { owner_id: string; retired_at: string | null }, { id }: Account): string | undefined {
  if (entry.owner_id !== id) return "Only who has published it can change it."
  return entry.retired_at ? "It is retired." : undefined
}
