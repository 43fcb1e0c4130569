import { useRouter } from "expo-router"
import { announce } from "../announcement"
import { Card } from "../ui/card"
import { Cat } from "../ui/cat"
import { ConfigurationForm } from "./configuration-form"
import { useNamedEntry } from "./named-entry"
import { QueryPage } from "./query-page"

/** Install an entry of the catalogue. */
export function InstallPage() {
  const router = useRouter()
  return (
    <QueryPage
      query={useNamedEntry()}
      title="Install"
      failure="The entry could not be loaded"
      titleOf={({ name }) => `Install ${name}`}
      leadOf={({ endpoint }) => <code>{endpoint}</code>}
      emblemOf={({ slug }) => <Cat of={slug} size={72} />}
      narrow
    >
      {({ id, name }) => (
        <Card>
          <ConfigurationForm
            entryId={id}
            initial={{ headers: {} }}
            action="Install"
            installed={() => {
              announce(`${name} is installed.`, "/installed")
              router.replace("/installed")
            }}
          />
        </Card>
      )}
    </QueryPage>
  )
}
