import { AccountPage } from "../components/account-page"
import { useWayBack } from "../components/way-back"

export default function Register() {
  return <AccountPage isNew begun={useWayBack()} />
}
