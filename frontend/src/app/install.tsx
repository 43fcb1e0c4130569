import { InstallPage } from "../components/install-page"
import { Private } from "../components/private"

export default function Install() {
  return <Private title="Install">{() => <InstallPage />}</Private>
}
