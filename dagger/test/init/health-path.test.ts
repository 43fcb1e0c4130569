import { expect, test } from "vitest"
import { healthPathIn, prefixOf } from "../../init/health-path.ts"

test.each([
  ["curl -f http://localhost:3000/healthz || exit 1", "/healthz"],
  ["wget -qO- 'http://127.0.0.1:8080/api/v1/shop/health?deep=1'", "/api/v1/shop/health"],
  ['["curl", "--fail", "http://0.0.0.0:80/up"]', "/up"],
  ["python -c \"import urllib.request; urllib.request.urlopen('http://localhost:8000/health')\"", "/health"],
  ["curl localhost:3000/ready;", "/ready"],
  ["curl -f http://$HOSTNAME:$PORT/live", "/live"],
  ["curl -f http://localhost", "/"],
  ["curl -f http://localhost:3000/health/", undefined],
  ["pg_isready -h localhost", undefined],
  ["nc -z localhost 3000", undefined],
  ["/bin/healthy", undefined],
  [undefined, undefined],
])("%j asks for %j", (command, path) => expect(healthPathIn(command)).toBe(path))

test.each([
  ["/healthz", ""],
  ["/", ""],
  ["/api/v1/shop/health/live", "/api/v1/shop"],
  ["/stock/health-check", "/stock"],
  ["/actuator/health", ""],
  ["/shop", "/shop"],
])("the service of %s begins with %j", (path, prefix) => expect(prefixOf(path)).toBe(prefix))
