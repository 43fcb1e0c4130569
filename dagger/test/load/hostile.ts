import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { startSlow, type Slow } from "./slow.ts"

/** Who is asked, and where a body is read */
interface Besieged {
  name: string
  port: number
  path: string
}

/** What the parent says */
export interface Siege {
  services: Besieged[]
  /** Hostile requests to all services together, and how many a second */
  count: number
  perSecond: number
  /** Slow clients of each kind, at each service */
  slow: number
}

/** What a service said: how many answers of each status ("none": the connection was closed without one), and which of 5xx. */
interface Said {
  statuses: Record<string, number>
  broken: string[]
}

/** What is told when all is over */
export interface Seen {
  said: Record<string, Said>
  slow: Record<string, Slow[]>
  /** Of the processor, by this process alone */
  seconds: number
}

const withBody = (path: string, body: string, length: number | string = Buffer.byteLength(body)): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`

const chunked = (path: string, header: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${header}Transfer-Encoding: chunked\r\n\r\n${body}\r\n0\r\n\r\n`

const get = (path: string, headers = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`

/** What people send who mean no good, or whose programs are wrong. Each is whole: the service must answer it. */
const requests: Record<string, (path: string) => string> = {
  "no request line": () => "GET\r\n\r\n",
  "no HTTP": () => "\0\x01\x16\x03\xff\xfe".repeat(200),
  "a header of 128 KiB": (path) => get(path, `X-Long: ${"x".repeat(131_072)}\r\n`),
  "2000 headers": (path) => get(path, "X-Many: y\r\n".repeat(2_000)),
  "a path of 32 KiB": () => get(`/${"a".repeat(32_768)}`),
  "a body of one byte": (path) => withBody(path, "{"),
  "more than announced": (path) => withBody(path, "{}".repeat(100), 1),
  "a length below zero": (path) => withBody(path, "{}", -1),
  "a length that is none": (path) => withBody(path, "{}", "many"),
  "a chunk without size": (path) => chunked(path, "", "zz\r\n{}"),
  "both lengths": (path) => chunked(path, "Content-Length: 4\r\n", "2\r\n{}"),
  "deep JSON": (path) => withBody(path, "[".repeat(20_000)),
  "JSON that is no object": (path) => withBody(path, '"\\ud800"'),
  "a huge number": (path) => withBody(path, `{"name": ${"9".repeat(5_000)}}`),
  "a body of 2 MiB": (path) => withBody(path, " ".repeat(2 * 1024 * 1024)),
  "a path upwards": (path) => get(`${path}/../../../../etc/passwd`),
  "broken escapes": (path) => get(`${path}?q=%00%ff%zz&limit=-1&cursor=%`),
  "a zero byte": (path) => get(`${path}?q=a%00b`),
  "a huge token": (path) => get(path, `Authorization: Bearer ${"a".repeat(8_000)}\r\n`),
  "another version": (path) => get(path).replace("1.1", "9.9"),
  "another method": (path) => get(path).replace("GET", "BREW"),
  "twenty at once": (path) => get(path).replace("Connection: close\r\n", "").repeat(19) + get(path),
}

/** Made once: the figures are to be the services' and not this process's. */
const bytesOf = ({ path }: Besieged) =>
  Object.entries(requests).map(([what, made]) => ({ what, bytes: Buffer.from(made(path), "latin1") }))

/** Sends a service its share, in turn, at a pace. */
async function sendHostile(besieged: Besieged, count: number, perSecond: number): Promise<Said> {
  const kinds = bytesOf(besieged)
  const said: Said = { statuses: {}, broken: [] }
  const note = (what: string, status: string) => {
    said.statuses[status] = (said.statuses[status] ?? 0) + 1
    if (status.startsWith("5")) said.broken.push(`${status} to ${what}`)
  }
  const started = performance.now()
  const sent: Promise<void>[] = []
  for (let number = 0; number < count; number++) {
    const ahead = (number / perSecond) * 1000 - (performance.now() - started)
    if (ahead > 0) await sleep(ahead)
    const { what, bytes } = kinds[number % kinds.length]!
    sent.push(
      send(besieged.port, bytes).then((answer) => {
        const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status!)
        for (const status of statuses.length > 0 ? statuses : ["none"]) note(what, status)
      }),
    )
  }
  await Promise.all(sent)
  return said
}

/** Sends a request and reads until the service closes, at most for ten seconds. */
function send(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const answer: Buffer[] = []
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes))
    socket.setTimeout(10_000, () => socket.destroy())
    socket.on("data", (chunk) => answer.push(chunk))
    socket.on("error", () => undefined)
    socket.on("close", () => resolve(Buffer.concat(answer).toString("latin1")))
  })
}

async function besiege({ services, count, perSecond, slow }: Siege): Promise<void> {
  const each = async <T>(ask: (besieged: Besieged) => Promise<T>): Promise<Record<string, T>> =>
    Object.fromEntries(await Promise.all(services.map(async (one) => [one.name, await ask(one)] as const)))
  const slowly = each((besieged) => startSlow(besieged.port, besieged.path, slow))
  const said = await each((besieged) => sendHostile(besieged, count / services.length, perSecond / services.length))
  const { user, system } = process.cpuUsage()
  process.send!({ sent: true })
  const seen: Seen = { said, slow: await slowly, seconds: (user + system) / 1e6 }
  process.send!(seen, () => process.exit(0))
}

// A process of its own, as the load generator is: whoever measures health must not wait for this.
process.once("message", (siege: Siege) => void besiege(siege))
process.on("disconnect", () => process.exit(1))
