import { Catalogue } from "../components/catalogue"
import { Page } from "../ui/page"
import { Street } from "../ui/street"

export default function Home() {
  return (
    <Page
      title="Catalogue"
      picture={<Street />}
      lead="Find an entry, install it with a configuration of your own, and call it through one door."
    >
      <Catalogue />
    </Page>
  )
}
