import { EntryPage } from "../../components/entry-page"
import { useEntryOfSlug } from "../../components/named-entry"

export default function Entry() {
  return <EntryPage query={useEntryOfSlug()} />
}
