import { spawn } from "node:child_process"
import { refused } from "../../platform/failure.ts"
import { freePort } from "../../local-cloud/ports.ts"
import { stopProcess } from "./stop-process.ts"
import { hostEnvironment } from "./host-environment.ts"
import { guard } from "./watchdog.ts"

export interface Ministack {
  url: string
  close(): Promise<void>
}

/** How long it may take to answer, in milliseconds; 0.5 s is usual. */
const startTimeout = 30_000

interface MinistackOptions {
  /** It starts from what is there, and saves there as it is closed. (What S3's objects hold is not saved.) */
  stateFolder?: string
  /** Where it runs the tasks of its own ECS; by default nowhere, as ECS's tasks are ours */
  dockerHost?: string
}

/** Starts ministack, which answers for AWS without ECS, on a free loopback port. Its state is gone when it is closed. */
export async function startMinistack(
  python: string,
  { stateFolder, dockerHost = "unix:///nonexistent" }: MinistackOptions = {},
): Promise<Ministack> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(python, ["-m", "ministack"], {
    env: {
      ...hostEnvironment(),
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      DOCKER_HOST: dockerHost,
      // Its MQTT broker listens on all interfaces, whatever BIND_HOST says.
      IOT_MTLS_ENABLED: "0",
      ...(stateFolder && { PERSIST_STATE: "1", STATE_DIR: stateFolder }),
    },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  })
  guard(child)
  let written = ""
  child.stderr.on("data", (chunk: Buffer) => (written = (written + chunk.toString()).slice(-2000)))
  const failed = new Promise<never>((_, reject) => {
    const fail = () => reject(refused("ministack did not start.", ...written.trim().split("\n").slice(-5)))
    child.once("error", fail)
    child.once("exit", fail)
  })
  await Promise.race([untilAnswers(`${url}/_ministack/health`), failed])
  return { url, close: () => stopProcess(child, { timeoutSeconds: 5 }) }
}

/** Waits until something answers HTTP at a URL, whatever the answer. */
export async function untilAnswers(url: string): Promise<void> {
  const deadline = Date.now() + startTimeout
  for (;;) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(1000) })
      return
    } catch {
      if (Date.now() > deadline) throw refused(`nothing answers at ${url} after ${startTimeout / 1000} s.`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
