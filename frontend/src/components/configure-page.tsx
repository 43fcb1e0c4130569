import { useRouter } from "expo-router"
import { announce } from "../announcement"
import { Card } from "../ui/card"
import { Cat } from "../ui/cat"
import { ConfigurationForm } from "./configuration-form"
import { useNamedInstallation } from "./named-entry"
import { QueryPage } from "./query-page"

/** Change what an installed entry is called with. */
export function ConfigurePage() {
  const router = useRouter()
  return (
    <QueryPage
      query={useNamedInstallation()}
      title="Configure"
      failure="The configuration could not be loaded"
      titleOf={({ name }) => `Configure ${name}`}
      leadOf={({ endpoint }) => <code>{endpoint}</code>}
      emblemOf={({ slug }) => <Cat of={slug} size={72} />}
      narrow
    >
      {({ entry_id, name, configuration }) => (
        <Card>
          <ConfigurationForm
            entryId={entry_id}
            initial={configuration}
            action="Save"
            installed={() => {
              announce(`The configuration of ${name} is saved.`, "/installed")
              router.replace("/installed")
            }}
          />
        </Card>
      )}
    </QueryPage>
  )
}
