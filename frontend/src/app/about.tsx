import { Page } from "../components/page"

export default function About() {
  return (
    <Page
      title="About"
      lead="Four services stand behind this page: accounts, the catalogue, installations, and the proxy that calls them."
    />
  )
}
