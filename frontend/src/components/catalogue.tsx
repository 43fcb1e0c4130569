import { listEntries } from "../api/catalog"
import { ButtonLink } from "../ui/button"
import { Empty } from "../ui/empty"
import { EntryCard } from "./entry-card"
import { useInstalledIds } from "./installed"
import { Listing, usePages } from "./listing"
import { pathOf } from "./named-entry"
import { SearchBox, useSearch } from "./search-box"
import { TagFilter, useChosenTags } from "./tags"

/** All entries, or those that are searched for. */
export function Catalogue() {
  const q = useSearch()
  const tags = useChosenTags()
  const installed = useInstalledIds()
  const pages = usePages(["catalog", "list", q, ...tags], (cursor, signal) => listEntries({ q, tags }, cursor, signal))
  const hasTags = tags.length > 0 || pages.data?.pages.some(({ items }) => items.some((entry) => entry.tags))
  return (
    <>
      <SearchBox label="Search the catalogue" />
      {hasTags && <TagFilter />}
      <Listing
        pages={pages}
        noun={["entry", "entries"]}
        failure="The catalogue could not be loaded"
        empty={
          q ? (
            <Empty title={`Nothing is called “${q}”`}>
              <p>Try fewer letters: a part of the name, the slug or the description will do.</p>
            </Empty>
          ) : tags.length > 0 ? (
            <Empty title="Nothing has all of these tags">
              <p>Look for fewer of them.</p>
            </Empty>
          ) : (
            <Empty title="Nobody lives here yet">
              <p>The catalogue is empty. Make it somebody’s home: publish something.</p>
              <ButtonLink href="/publish">Add an entry</ButtonLink>
            </Empty>
          )
        }
      >
        {(entry) => <EntryCard entry={entry} href={pathOf(entry.slug)} isInstalled={installed.has(entry.id)} />}
      </Listing>
    </>
  )
}
