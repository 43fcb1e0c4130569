import { listEntries } from "../api/catalog"
import { ButtonLink } from "../ui/button"
import { Empty } from "../ui/empty"
import { EntryCard } from "./entry-card"
import { Listing, usePages } from "./listing"
import { SearchBox, useSearch } from "./search-box"

/** All entries, or those that are searched for. */
export function Catalogue() {
  const q = useSearch()
  const pages = usePages(["catalog", q], (cursor, signal) => listEntries(q, cursor, signal))
  return (
    <>
      <SearchBox label="Search the catalogue" />
      <Listing
        pages={pages}
        noun={["entry", "entries"]}
        failure="The catalogue could not be loaded"
        empty={
          q ? (
            <Empty title={`Nothing is called “${q}”`}>
              <p>Try fewer letters: a part of the name, the slug or the description will do.</p>
            </Empty>
          ) : (
            <Empty title="Nobody lives here yet">
              <p>The catalogue is empty. Make it somebody’s home: publish something.</p>
              <ButtonLink href="/publish">Add an entry</ButtonLink>
            </Empty>
          )
        }
      >
        {(entry) => <EntryCard entry={entry} href={{ pathname: "/entry", params: { id: entry.id } }} />}
      </Listing>
    </>
  )
}
