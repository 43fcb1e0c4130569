import { useRouter } from "expo-router"
import { useEffect } from "react"
import { announce } from "../announcement"
import { install } from "../api/installation"
import { Problem } from "../api/problem"
import { ButtonLink } from "../ui/button"
import { Card } from "../ui/card"
import { Cat } from "../ui/cat"
import { Skeleton } from "../ui/skeleton"
import { ConfigurationForm } from "./configuration-form"
import { useInstallableEntry } from "./named-entry"
import { QueryPage } from "./query-page"

/** Install an entry of the catalogue. What is installed already is configured instead: this form would begin blank. */
export function InstallPage() {
  const router = useRouter()
  return (
    <QueryPage
      query={useInstallableEntry()}
      title="Install"
      failure="The entry could not be loaded"
      titleOf={({ name }) => `Install ${name}`}
      leadOf={({ endpoint }) => <code>{endpoint}</code>}
      emblemOf={({ slug }) => <Cat of={slug} size={72} />}
      narrow
    >
      {({ id, name, isInstalled }) =>
        isInstalled ? (
          <ToConfiguration id={id} name={name} />
        ) : (
          <Card>
            <ConfigurationForm
              initial={{ headers: {} }}
              action="Install"
              failure="The entry could not be installed"
              save={(configuration) => install(id, configuration)}
              saved={() => {
                announce(`${name} is installed.`, "/installed")
                router.replace("/installed")
              }}
              remedy={(error) =>
                error instanceof Problem &&
                error.status === 428 && (
                  <div>
                    <ButtonLink href={{ pathname: "/configure", params: { id } }} look="quiet">
                      Look at its configuration
                    </ButtonLink>
                  </div>
                )
              }
            />
          </Card>
        )
      }
    </QueryPage>
  )
}

function ToConfiguration({ id, name }: { id: string; name: string }) {
  const router = useRouter()
  useEffect(() => {
    announce(`${name} is installed already. This is its configuration.`, "/configure")
    router.replace({ pathname: "/configure", params: { id } })
  }, [router, id, name])
  return <Skeleton />
}
