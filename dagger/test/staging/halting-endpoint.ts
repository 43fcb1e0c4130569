import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { buffer } from "node:stream/consumers"
import { passOn } from "../../local-cloud/endpoint.ts"
import { closeServer, listen } from "../../local-cloud/ports.ts"

/** An endpoint in front of AWS's, where a command comes to a halt at a request: what is killed there is no question of time. */
export interface HaltingEndpoint {
  url: string
  /**
   * Answers until a command has written this step into its lock and then sends the nth such request, and nothing from there
   * on. `request` is looked for in its method and path, or the operation of an API that has one path for all.
   */
  haltAt(step: string, request: RegExp, nth: number): Promise<void>
  close(): Promise<void>
}

export async function startHaltingEndpoint(upstream: string): Promise<HaltingEndpoint> {
  let halt = { step: "", request: /$^/, left: 1, begun: false, reached() {} }
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    const asked = describe(incoming, body.toString())
    if (halt.begun && halt.left > 0 && halt.request.test(asked)) halt.left--
    if (halt.left === 0) return halt.reached()
    await passOn(upstream, incoming, body, outgoing)
    halt.begun ||= asked.includes("/locks/") && body.includes(`"step": "${halt.step}"`)
  }
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  const port = await listen(server, 0)
  return {
    url: `http://127.0.0.1:${port}`,
    haltAt: (step, request, nth) =>
      new Promise((reached) => {
        halt = { step, request, left: nth, begun: false, reached }
      }),
    close: () => closeServer(server),
  }
}

function describe({ method, url = "", headers }: IncomingMessage, body: string): string {
  const operation = /\.(\w+)$/.exec(String(headers["x-amz-target"] ?? ""))?.[1] ?? /^Action=(\w+)/.exec(body)?.[1]
  return operation ?? `${method} ${url}`
}
