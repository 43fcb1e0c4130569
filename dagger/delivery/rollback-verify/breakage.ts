import type { RegisterTaskDefinitionCommandInput } from "#aws/ecs"
import type { Running } from "../ecs/services.ts"
import type { Target } from "../target.ts"
import { container, secretsIn, taskDefinition } from "../ecs/task-definition.ts"

/** Ways in which a revision is broken on purpose; ECS notices all but `errors`, which answers its health and fails its users. */
export const breakages = ["crash", "unhealthy", "missing-image", "errors"] as const
export type Breakage = (typeof breakages)[number]

/** How such a revision's version begins, by which it is known if it is ever left behind. */
export const brokenOnPurpose = "broken on purpose"

const crashing = "raise SystemExit('broken on purpose by rollback-verify')"

/** Listens where the service would, and answers every request with 500. */
const answering500 = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(500)
    def log_message(self, *_):
        pass
print("broken on purpose by rollback-verify: every answer is 500", flush=True)
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`

/** Answers its health as the service would, and every other request with 500. */
const failingItsUsers = `
import http.server, json, os
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        if "/health" not in self.path:
            return self.send_error(500)
        body = json.dumps({"status": "ok", "version": os.environ["SERVICE_VERSION"], "database": "ok"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer
    def log_message(self, *_):
        pass
print("broken on purpose by rollback-verify: every answer but to health is 500", flush=True)
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`

/** The task definition of a running service, broken: the same image with another command, or an image that is nowhere. */
export function brokenTaskDefinition(
  target: Target,
  running: Running,
  breakage: Breakage,
): RegisterTaskDefinitionCommandInput {
  const image = container(running.definition)!.image!
  const broken = {
    service: running.service.name,
    version: `${brokenOnPurpose}: ${breakage}`,
    image: breakage === "missing-image" ? `${image.split("@")[0]}@sha256:${"0".repeat(64)}` : image,
  }
  const definition = taskDefinition(target, running.service, broken, secretsIn(running.definition))
  const command = {
    crash: crashing,
    unhealthy: answering500,
    "missing-image": undefined,
    errors: failingItsUsers,
  }[breakage]
  if (command) container(definition)!.command = ["python", "-c", command]
  return definition
}
