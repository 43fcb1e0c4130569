import { ConfigurePage } from "../components/configure-page"
import { Private } from "../components/private"

export default function Configure() {
  return <Private title="Configure">{() => <ConfigurePage />}</Private>
}
