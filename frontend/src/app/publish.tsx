import { useRouter } from "expo-router"
import { announce } from "../announcement"
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
          lead="An HTTP service that others may install. It is yours: you can retire it later."
        >
          <Card>
            <PublishForm
              published={async ({ id, name }) => {
                await queries.invalidateQueries({ queryKey: ["catalog"] })
                announce(`${name} is published.`, "/entry")
                router.replace({ pathname: "/entry", params: { id } })
              }}
            />
          </Card>
        </Page>
      )}
    </Private>
  )
}
