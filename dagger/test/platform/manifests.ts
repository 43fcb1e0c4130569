import { parsePlatform, type Service } from "../../platform/manifest.ts"

/** A manifest of four services as it is in the file, with changes for a test. */
export function manifest(change: (platform: Manifest) => void = () => {}): string {
  const written = (port: number, name: string, secrets: string[] = ["DATABASE_URL"]) => ({
    port,
    path: `/api/v1/${name}`,
    cpu: 256,
    memory: 512,
    secrets,
  })
  const platform: Manifest = {
    name: "cat-house",
    region: "sa-east-1",
    environments: {
      local: { local: true, tasks: 1 },
      staging: { tasks: 1 },
      production: { tasks: 2, promotesFrom: "staging", approval: true },
    },
    services: {
      auth: written(8005, "auth"),
      catalog: written(8002, "catalog"),
      installation: written(8003, "installation", ["DATABASE_URL", "ENCRYPTION_KEY"]),
      proxy: written(8004, "proxy"),
    },
    build: {
      context: "services",
      inputs: ["services/common", "services/base-image.date", "services/pyproject.toml", "services/uv.lock"],
    },
    secrets: {
      DATABASE_URL: { form: "postgres-url" },
      JWT_SECRET: { form: "bytes >= 32" },
      ENCRYPTION_KEY: { form: "fernet" },
    },
    jobs: {
      migrate: {
        service: "auth",
        command: ["alembic", "upgrade", "head"],
        before: "rollout",
        migrations: "alembic",
        timeoutSeconds: 60,
      },
    },
    database: { steadyConnections: 10, peakConnections: 20 },
    history: { deployments: 3 },
    rollout: { timeoutSeconds: 300 },
    verification: { attempts: 3, intervalSeconds: 1 },
    rollbackVerification: { failedShare: 0.01 },
  }
  change(platform)
  return JSON.stringify(platform)
}

/** A service of that manifest. */
export const service = (name: string): Service =>
  parsePlatform(manifest()).services.find((service) => service.name === name)!

interface Manifest {
  name: string
  region: string
  environments: Record<string, { local?: boolean; tasks: number; promotesFrom?: string; approval?: boolean }>
  services: Record<string, Record<string, unknown>>
  build?: { context: string; inputs: string[] }
  site?: object
  secrets: Record<string, { form: string; variable?: Record<string, string> }>
  jobs: Record<string, Record<string, unknown>>
  database?: { steadyConnections: number; peakConnections: number }
  history: { deployments: number }
  rollout: { timeoutSeconds: number }
  verification: { attempts: number; intervalSeconds: number }
  rollbackVerification: { failedShare: number }
}
