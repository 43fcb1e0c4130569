import { HealthList } from "../components/health-list"
import { Card } from "../ui/card"
import { Page } from "../ui/page"

export default function About() {
  return (
    <Page
      title="About"
      narrow
      lead="These services stand behind this page. Each says for itself whether it is healthy, and which version runs."
    >
      <Card label="Health">
        <HealthList />
      </Card>
    </Page>
  )
}
