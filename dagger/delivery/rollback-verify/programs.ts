import type { Platform, Service } from "../../platform/manifest.ts"
import type { Breakage } from "./breakage.ts"

interface Answers {
  /** Statuses that health and all other routes are answered with */
  health?: number
  users?: number
  /** A Python statement that is done before users are answered */
  before?: string
}

/** Listens where the service would. */
const server = (said: string, { health = 200, users = 200, before = "pass" }: Answers): string => `
import http.server, json, os, resource, signal, sys, time
held = []
def leak(memory):
    held.append(bytearray(b"x") * (memory // 1500))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    # Fargate ends a container that uses its memory up; where nothing does, it ends itself, in the same way.
    if peak >= memory:
        os.kill(os.getpid(), signal.SIGKILL)
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_health = "/health" in self.path
        if not is_health:
            ${before}
        body = json.dumps({"status": "ok", "version": os.environ["SERVICE_VERSION"], "database": "ok"}).encode()
        self.send_response(${health} if is_health else ${users})
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer
    def log_message(self, *_):
        pass
print("broken on purpose by rollback-verify: ${said}", flush=True)
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`

/** What a container runs, in Python, in place of its own command; nothing where a revision is broken in another way. */
export function programOf(
  breakage: Breakage,
  { memory }: Service,
  { p95Seconds }: Platform["limits"],
): string | undefined {
  switch (breakage) {
    case "crash":
      return "raise SystemExit('broken on purpose by rollback-verify')"
    case "unhealthy":
      return server("every answer is 500", { health: 500, users: 500 })
    case "errors":
      return server("every answer but to health is 500", { users: 500 })
    case "slow":
      return server("every answer but to health is too late", { before: `time.sleep(${1.5 * p95Seconds})` })
    case "leak":
      return server("each request but for health keeps some memory", { before: `leak(${memory} << 20)` })
    default:
      return undefined
  }
}
