import { connect } from "node:net"

/** What became of the clients of one kind: how many the service has ended, and after how many seconds at most. */
export interface Slow {
  kind: string
  clients: number
  ended: number
  seconds: number
}

interface Kind {
  first: (path: string) => string
  /** Again and again, a second apart */
  then?: string
  halfClosed?: boolean
}

const unfinished = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n`

/** Clients that never come to the end of a request. */
const kinds: Record<string, Kind> = {
  "says nothing": { first: () => "" },
  "half-closed in a request": { first: unfinished, halfClosed: true },
  "a header line a second": { first: (path) => `GET ${path} HTTP/1.1\r\n`, then: "X-Slow: y\r\n" },
  "a header of 512 B/s": { first: (path) => `GET ${path} HTTP/1.1\r\nX-Slow: `, then: "x".repeat(512) },
  "a byte of its body a second": { first: unfinished, then: "[" },
  "a byte a second of a body nobody reads": { first: (path) => unfinished(`${path}/nothing/here`), then: "[" },
  "a body that never comes": { first: unfinished },
}

/** Longer than a service waits for the next request of a connection */
const patience = 90_000

/** Opens all at once, and goes on until the service has ended each, or it has taken too long. */
export function startSlow(port: number, path: string, clients: number): Promise<Slow[]> {
  return Promise.all(
    Object.entries(kinds).map(async ([kind, how]) => {
      const seconds = await Promise.all(Array.from({ length: clients }, () => stay(port, path, how)))
      const ended = seconds.filter((one) => one !== undefined)
      return { kind, clients, ended: ended.length, seconds: Math.max(0, ...ended) }
    }),
  )
}

/** Returns after how many seconds the service has ended it, if it has. */
function stay(port: number, path: string, { first, then, halfClosed = false }: Kind): Promise<number | undefined> {
  return new Promise((resolve) => {
    const started = performance.now()
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => {
      if (first(path)) socket.write(first(path))
      if (halfClosed) socket.end()
    })
    const drip = setInterval(() => then && socket.writable && socket.write(then), 1_000)
    const finish = (seconds?: number) => {
      clearInterval(drip)
      clearTimeout(late)
      socket.destroy()
      resolve(seconds)
    }
    const late = setTimeout(finish, patience)
    const ended = () => finish((performance.now() - started) / 1000)
    socket.on("error", ended)
    socket.on("close", ended)
    socket.on("end", ended)
    socket.resume()
  })
}
