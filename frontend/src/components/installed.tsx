import { announce } from "../announcement"
import { listInstalled, uninstall } from "../api/installation"
import { queries } from "../queries"
import { useSession } from "../session"
import { Actions, ButtonLink } from "../ui/button"
import { Empty } from "../ui/empty"
import { ConfirmedButton } from "./confirmed-button"
import { EntryCard } from "./entry-card"
import { Listing, usePages } from "./listing"

const useInstalled = (enabled = true) => usePages(["installed"], listInstalled, enabled)

/** The IDs of the entries that whoever is logged in has installed, as far as they are on the first page. */
export function useInstalledIds(): Set<string> {
  const session = useSession()
  const { data } = useInstalled(Boolean(session))
  return new Set(session ? data?.pages.flatMap(({ items }) => items.map(({ entry_id }) => entry_id)) : [])
}

/** What one has installed, and what can be done with it. */
export const Installed = () => (
  <Listing
    pages={useInstalled()}
    noun={["installed entry", "installed entries"]}
    failure="What you have installed could not be loaded"
    empty={
      <Empty title="Nobody has moved in yet">
        <p>What you install from the catalogue is found here.</p>
        <ButtonLink href="/">Browse the catalogue</ButtonLink>
      </Empty>
    }
  >
    {(entry) => {
      const params = { id: entry.entry_id }
      return (
        <EntryCard entry={entry} href={{ pathname: "/entry", params }}>
          <Actions close>
            <ButtonLink href={{ pathname: "/call", params }} label={`Call ${entry.name}`}>
              Call
            </ButtonLink>
            <ButtonLink href={{ pathname: "/configure", params }} look="quiet" label={`Configure ${entry.name}`}>
              Configure
            </ButtonLink>
            <ConfirmedButton
              verb="Uninstall"
              of={entry.name}
              question="Its configuration, with the headers in it, is forgotten."
              act={() => uninstall(entry.entry_id)}
              done={() => {
                announce(`${entry.name} is uninstalled.`)
                return queries.invalidateQueries({ queryKey: ["installed"] })
              }}
            />
          </Actions>
        </EntryCard>
      )
    }}
  </Listing>
)
