import { useRouter } from "expo-router"
import { useEffect } from "react"
import { EntryPage } from "../components/entry-page"
import { keepEntry, pathOf, useEntryOfId } from "../components/named-entry"
import { Page } from "../ui/page"
import { Skeleton } from "../ui/skeleton"

/** An entry by its ID: leads to its address, but for one that is retired, which only its ID finds. */
export default function EntryOfId() {
  const router = useRouter()
  const query = useEntryOfId()
  const entry = query.data
  const isListed = entry && !entry.retired_at
  useEffect(() => {
    if (!isListed) return
    keepEntry(entry)
    router.replace(pathOf(entry.slug))
  }, [router, isListed, entry])
  if (!isListed) return <EntryPage query={query} />
  return (
    <Page title={entry.name} narrow placeholder>
      <Skeleton />
    </Page>
  )
}
