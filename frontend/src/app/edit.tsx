import { EditPage } from "../components/edit-page"
import { Private } from "../components/private"

export default function Edit() {
  return <Private title="Edit">{({ account }) => <EditPage account={account} />}</Private>
}
