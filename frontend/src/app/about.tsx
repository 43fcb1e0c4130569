import { HealthList } from "../components/health-list"
import { Card } from "../ui/card"
import { Page } from "../ui/page"

export default function About() {
  return (
    <Page
      title="About"
      narrow
      lead="Four services stand behind this page: accounts, the catalogue, installations, and the proxy that calls them."
    >
      <Card label="Health">
        <HealthList />
      </Card>
    </Page>
  )
}
