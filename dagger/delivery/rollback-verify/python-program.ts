import type { Behaviour } from "./behaviour.ts"

/** What is done before users are answered; `value` is the behaviour's. */
const before = { none: "pass", wait: "time.sleep(value)", leak: "leak(value)" }

/** A server that listens where the service would, in Python's standard library. */
export const pythonServer = ({ said, health, users, first, value, route }: Behaviour): string => `
import http.server, json, os, resource, signal, sys, time
value = ${value}
held = []
def leak(memory):
    held.append(bytearray(b"x") * (memory // 1500))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    # Fargate ends a container that uses its memory up; where nothing does, it ends itself, in the same way.
    if peak >= memory:
        os.kill(os.getpid(), signal.SIGKILL)
version = os.environ.get("SERVICE_VERSION", "")
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_health = self.path.split("?")[0] in ${JSON.stringify(route.healthPaths)}
        if not is_health:
            ${before[first]}
        body = json.dumps({"status": "ok", ${JSON.stringify(route.versionField)}: version, "database": "ok"}).encode()
        self.send_response(${health} if is_health else ${users})
        self.send_header(${JSON.stringify(route.versionHeader)}, version)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer
    def log_message(self, *_):
        pass
print(${JSON.stringify(said)}, flush=True)
http.server.ThreadingHTTPServer(("", int(os.environ.get("PORT", ${route.port}))), Handler).serve_forever()
`
