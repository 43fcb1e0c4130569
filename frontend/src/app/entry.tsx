import { EntryPage } from "../components/entry-page"

export default EntryPage
