import { AccountPage } from "../components/account-page"
import { useWayBack } from "../components/way-back"

export default function LogIn() {
  return <AccountPage begun={useWayBack()} />
}
