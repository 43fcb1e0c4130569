import { networkInterfaces } from "node:os"

/** An address of this container, which its loopback is to itself alone, as the containers beside it reach it. */
export function reach(url: string): string {
  const reached = new URL(url)
  const addresses = Object.values(networkInterfaces()).flatMap((some) => some ?? [])
  const own = addresses.find(({ family, internal }) => family === "IPv4" && !internal)
  if (reached.hostname === "127.0.0.1" && own) reached.hostname = own.address
  return reached.href.replace(/\/$/, "")
}
