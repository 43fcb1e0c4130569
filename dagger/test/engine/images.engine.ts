import { expect, test } from "vitest"
import { dagger } from "./dagger.ts"

/**
 * Goes into a root that is read-only, as a task definition's readonlyRootFilesystem makes it, as the image's own user;
 * starts the service there, asks for its health, and ends it with SIGTERM.
 */
const trial = `
set -e
mkdir /read-only
mount --rbind / /read-only
mount -o remount,bind,ro /read-only
exec chroot --userspec=10001:10001 /read-only sh -c '
  cd /app
  if touch /app/written 2>/dev/null; then echo "the root can be written to"; exit 1; fi
  python -m app & service=$!
  python -c "
import os, time, urllib.request
for attempt in range(100):
    try:
        answer = urllib.request.urlopen(os.environ[\\"URL\\"])
        break
    except OSError:
        time.sleep(0.2)
print(\\"answered\\", answer.status, \\"to user\\", os.getuid())
"
  kill -TERM $service
  wait $service
  echo "ended with $?"
'`

const variables = {
  DATABASE_URL: "postgresql://nobody:nothing@127.0.0.1:9/none",
  JWT_SECRET: "a-secret-of-the-tests-that-signs-tokens",
  ENCRYPTION_KEY: `${Buffer.from("thirty-two bytes for the testing").toString("base64url")}=`,
  ENVIRONMENT: "staging",
}

test.each([
  ["auth", 8005],
  ["catalog", 8002],
  ["installation", 8003],
  ["proxy", 8004],
])("%s starts from its image on a read-only root, as a user that is not root", async (service, port) => {
  const url = `http://127.0.0.1:${port}/api/v1/${service}/health/live`
  const environment = Object.entries({ ...variables, URL: url, TRIAL: trial }).flatMap(([name, value]) => [
    ...["with-env-variable", "--name", name, "--value", value],
  ])
  const run = [
    "with-user",
    "--name",
    "root",
    "with-exec",
    "--insecure-root-capabilities",
    "--args",
    "sh,-c,printenv TRIAL | sh",
  ]
  const { stdout, stderr, exitCode } = await dagger(
    "call",
    "image",
    "--service",
    service,
    ...environment,
    ...run,
    "stdout",
  )
  expect(exitCode, stderr).toBe(0)
  expect(stdout).toContain("answered 200 to user 10001")
  expect(stdout).toContain("ended with 0")
})
