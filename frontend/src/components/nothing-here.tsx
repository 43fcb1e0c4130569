import { ButtonLink } from "../ui/button"
import { Empty } from "../ui/empty"
import { Page } from "../ui/page"

/** What stands at an address that nothing has. */
export const NothingHere = () => (
  <Page title="Nothing here" narrow lead="This address leads nowhere. It may have moved, or never existed.">
    <Empty title="Only a cat">
      <ButtonLink href="/">Go to the catalogue</ButtonLink>
    </Empty>
  </Page>
)
