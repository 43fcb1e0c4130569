import { HealthCard } from "../components/health-card"
import { Page } from "../components/page"

export default function Home() {
  return (
    <Page title="Cat House" lead="A home for the entries that you install, and one door to call them through.">
      <HealthCard />
    </Page>
  )
}
