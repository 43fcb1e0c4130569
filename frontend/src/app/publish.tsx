import { useRouter } from "expo-router"
import { announce } from "../announcement"
import { keepEntry, pathOf } from "../components/named-entry"
import { Private } from "../components/private"
import { PublishForm } from "../components/publish-form"
import { queries } from "../queries"
import { Card } from "../ui/card"
import { Page } from "../ui/page"

const title = "Publish an entry"

export default function Publish() {
  const router = useRouter()
  return (
    <Private title={title}>
      {() => (
        <Page
          title={title}
          narrow
          lead="An HTTP service that others may install. It is yours: you can change it later, or retire it."
        >
          <Card>
            <PublishForm
              published={async (entry) => {
                await queries.invalidateQueries({ queryKey: ["catalog"] })
                keepEntry(entry)
                announce(`${entry.name} is published.`, pathOf(entry.slug))
                router.replace(pathOf(entry.slug))
              }}
            />
          </Card>
        </Page>
      )}
    </Private>
  )
}
