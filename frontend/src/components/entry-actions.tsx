import { useRouter } from "expo-router"
import { announce } from "../announcement"
import { retireEntry, type CatalogEntry } from "../api/catalog"
import { queries } from "../queries"
import { useSession } from "../session"
import { Actions, ButtonLink } from "../ui/button"
import { ConfirmedButton } from "./confirmed-button"
import { useInstalledIds } from "./installed"

/** What one can do with an entry: that depends on whether it is installed, retired, and one's own. */
export function EntryActions({ entry }: { entry: CatalogEntry }) {
  const router = useRouter()
  const session = useSession()
  const installed = useInstalledIds()
  const isInstalled = installed.has(entry.id)
  const params = { id: entry.id }
  const retired = async () => {
    await queries.invalidateQueries({ queryKey: ["catalog"] })
    announce(`${entry.name} is retired.`, "/")
    router.replace("/")
  }
  return (
    <Actions>
      {session && isInstalled && (
        <>
          <ButtonLink href={{ pathname: "/call", params }}>Call</ButtonLink>
          <ButtonLink href={{ pathname: "/configure", params }} look="quiet">
            Configure
          </ButtonLink>
        </>
      )}
      {!isInstalled && !entry.retired_at && <ButtonLink href={{ pathname: "/install", params }}>Install</ButtonLink>}
      {session?.account.id === entry.owner_id && !entry.retired_at && (
        <>
          <ButtonLink href={{ pathname: "/edit", params }} look="quiet" label={`Edit ${entry.name}`}>
            Edit
          </ButtonLink>
          <ConfirmedButton
            verb="Retire"
            of={entry.name}
            question="It leaves the catalogue, and nobody can install it any more. Where it is installed, it goes on working."
            act={() => retireEntry(entry.id)}
            done={retired}
          />
        </>
      )}
    </Actions>
  )
}
