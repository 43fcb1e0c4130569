import { randomBytes } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"

/** Clients of one account at a time */
const writers = 5

/** An account that publishes entries, until it is stopped. */
export async function startWrites(publicUrl: string) {
  const credentials = {
    email: `load-${randomBytes(4).toString("hex")}@cats.example`,
    password: randomBytes(12).toString("hex"),
  }
  await post(`${publicUrl}/api/v1/auth/register`, credentials)
  const answer = await post(`${publicUrl}/api/v1/auth/login`, credentials)
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const entries = `${publicUrl}/api/v1/catalog/entries`
  const acknowledged: string[] = []
  let refused = 0
  let stopped = false
  const write = async () => {
    for (let number = 0; !stopped; number++) {
      const slug = `load-${randomBytes(6).toString("hex")}`
      const entry = { slug, name: `Cat ${number}`, endpoint: "https://cats.example/" }
      const answer = await post(entries, entry, token).catch(() => undefined)
      if (answer?.status === 201) acknowledged.push(((await answer.json()) as { id: string }).id)
      else refused++
      await sleep(50)
    }
  }
  const writing = Promise.all(Array.from({ length: writers }, write))
  return {
    acknowledged: () => acknowledged.length,
    refused: () => refused,
    /** Ends it, and returns how many of the entries that were acknowledged are not there. */
    async stop(): Promise<number> {
      stopped = true
      await writing
      let lost = 0
      for (const id of acknowledged) if ((await fetch(`${entries}/${id}`)).status !== 200) lost++
      return lost
    },
  }
}

function post(url: string, body: object, token?: string): Promise<Response> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) }
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) })
}
