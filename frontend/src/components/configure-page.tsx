import { useRouter } from "expo-router"
import { useState } from "react"
import { announce } from "../announcement"
import { configure } from "../api/installation"
import { Problem } from "../api/problem"
import { Button } from "../ui/button"
import { Card } from "../ui/card"
import { Cat } from "../ui/cat"
import { ConfigurationForm } from "./configuration-form"
import { useNamedInstallation } from "./named-entry"
import { QueryPage } from "./query-page"

/** Change what an installed entry is called with. */
export function ConfigurePage() {
  const router = useRouter()
  const query = useNamedInstallation()
  const [loads, setLoads] = useState(1)
  const loadAgain = async () => {
    await query.refetch()
    setLoads(loads + 1)
  }
  return (
    <QueryPage
      query={query}
      title="Configure"
      failure="The configuration could not be loaded"
      titleOf={({ name }) => `Configure ${name}`}
      leadOf={({ endpoint }) => <code>{endpoint}</code>}
      emblemOf={({ slug }) => <Cat of={slug} size={72} />}
      narrow
    >
      {({ entry_id, name, configuration, version }) => (
        <Card>
          <ConfigurationForm
            key={loads}
            initial={configuration}
            version={version}
            action="Save"
            failure="The configuration is not saved"
            save={(changed, changedFrom) => configure(entry_id, changed, changedFrom).catch(inWords)}
            saved={() => {
              announce(`The configuration of ${name} is saved.`, "/installed")
              router.replace("/installed")
            }}
            remedy={(error) => isOutdated(error) && <LoadAgain load={() => void loadAgain()} />}
          />
        </Card>
      )}
    </QueryPage>
  )
}

const isOutdated = (error: unknown): error is Problem =>
  error instanceof Problem && (error.status === 412 || error.status === 428)

function inWords(error: unknown): never {
  if (!isOutdated(error)) throw error
  throw new Problem(
    "It has been changed or removed since you opened this page, perhaps in another tab. Nothing of that was replaced.",
    error,
  )
}

const LoadAgain = ({ load }: { load: () => void }) => (
  <div>
    <Button look="quiet" onClick={load}>
      Show what is there now, without my changes
    </Button>
  </div>
)
