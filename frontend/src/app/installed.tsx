import { Installed } from "../components/installed"
import { Private } from "../components/private"
import { Page } from "../ui/page"

const title = "Installed"

export default function InstalledEntries() {
  return (
    <Private title={title}>
      {() => (
        <Page title={title} lead="These live with you. Call them, or change what they are called with.">
          <Installed />
        </Page>
      )}
    </Private>
  )
}
