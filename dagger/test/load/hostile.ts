import { connect, type Socket } from "node:net"

/** An answer that a service should not have given. */
export interface Broken {
  what: string
  status: number
}

const withBody = (path: string, body: string, length: number | string = Buffer.byteLength(body)): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`

const get = (path: string, headers = ""): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`

/** What people send who mean no good, or whose programs are wrong. */
const requests: Record<string, (path: string) => string> = {
  "no request line": () => "GET\r\n\r\n",
  "no HTTP": () => "\0\x01\x16\x03\xff\xfe".repeat(200),
  "a header of 64 KiB": (path) => get(path, `X-Long: ${"x".repeat(65_536)}\r\n`),
  "2000 headers": (path) => get(path, "X-Many: y\r\n".repeat(2_000)),
  "a path of 32 KiB": () => get(`/${"a".repeat(32_768)}`),
  "a body of one byte": (path) => withBody(path, "{"),
  "less than announced": (path) => withBody(path, "{", 1_000_000),
  "more than announced": (path) => withBody(path, "{}".repeat(100), 1),
  "a length below zero": (path) => withBody(path, "{}", -1),
  "a length that is none": (path) => withBody(path, "{}", "many"),
  "a chunk without size": (path) =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  "both lengths": (path) =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  "deep JSON": (path) => withBody(path, "[".repeat(20_000)),
  "JSON that is no object": (path) => withBody(path, '"\\ud800"'),
  "a huge number": (path) => withBody(path, `{"name": ${"9".repeat(5_000)}}`),
  "a path upwards": (path) => get(`${path}/../../../../etc/passwd`),
  "broken escapes": (path) => get(`${path}?q=%00%ff%zz&limit=-1&cursor=%`),
  "a zero byte": (path) => get(`${path}?q=a%00b`),
  "a huge token": (path) => get(path, `Authorization: Bearer ${"a".repeat(8_000)}\r\n`),
  "another version": (path) => `GET ${path} HTTP/9.9\r\nHost: a\r\n\r\n`,
  "another method": (path) => `BREW ${path} HTTP/1.1\r\nHost: a\r\n\r\n`,
  "twenty at once": (path) => get(path).repeat(20),
}

/** Sends as many requests as asked for, in turn, at a pace; each ends its half of the connection. Returns the answers of 5xx. */
export async function sendHostile(port: number, path: string, count: number, perSecond: number): Promise<Broken[]> {
  const kinds = Object.entries(requests)
  const broken: Broken[] = []
  const started = performance.now()
  const sent: Promise<void>[] = []
  for (let number = 0; number < count; number++) {
    const ahead = (number / perSecond) * 1000 - (performance.now() - started)
    if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead))
    const [what, made] = kinds[number % kinds.length]!
    sent.push(
      send(port, made(path)).then((answer) => {
        for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (5\d\d)/gm)) broken.push({ what, status: Number(status) })
      }),
    )
  }
  await Promise.all(sent)
  return broken
}

/** Sends a text, and nothing more, and reads until the other side closes, at most for five seconds. */
function send(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ""
    const socket = connect(port, "127.0.0.1", () => socket.end(Buffer.from(text, "latin1")))
    socket.setTimeout(5_000, () => socket.destroy())
    socket.on("data", (chunk) => (answer = (answer + chunk.toString("latin1")).slice(-200_000)))
    socket.on("error", () => undefined)
    socket.on("close", () => resolve(answer))
  })
}

/** Clients that never come to the end of a request: a header a second, for as long as they are let. */
export function startSlow(port: number, clients: number): () => void {
  const sockets = Array.from({ length: clients }, (): Socket => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\n"))
    socket.on("error", () => undefined)
    return socket
  })
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write("X-Slow: y\r\n")
  }, 1_000)
  return () => {
    clearInterval(timer)
    for (const socket of sockets) socket.destroy()
  }
}
