import { CallPage } from "../components/call-page"
import { Private } from "../components/private"

export default function Call() {
  return <Private title="Call">{() => <CallPage />}</Private>
}
