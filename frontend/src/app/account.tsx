import { OwnAccount } from "../components/own-account"
import { Private } from "../components/private"

export default function Account() {
  return <Private title="Account">{({ account }) => <OwnAccount account={account} />}</Private>
}
