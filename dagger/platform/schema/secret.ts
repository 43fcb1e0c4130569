import { z } from "zod"

/** `postgres-url`, `fernet`, `any`, or so many bytes at least. */
const form = z
  .string()
  .regex(
    /^(postgres-url|fernet|any|bytes >= [1-9]\d{0,3})$/,
    "is no form of a secret, expected postgres-url, bytes >= N (such as bytes >= 32), fernet or any",
  )
  .describe(
    "What a value has to look like: postgres-url (with TLS), bytes >= N, fernet (a key, or several with commas), or any",
  )

/** The name of an environment variable. */
export const variableName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "expected capitals, digits and _, as a variable has")

/** A secret of the platform; its values live in Secrets Manager, never in the manifest. */
export const secretSchema = z.strictObject({
  form,
  variable: z
    .record(z.string(), variableName)
    .default({})
    .describe(
      "By environment: the variable that a deploy takes its value from where that is not ENVIRONMENT_NAME, such as STAGING_JWT_SECRET",
    ),
})

interface Secrets {
  secrets: Record<string, z.infer<typeof secretSchema>>
}

/**
 * The environment variable that a secret's value is taken from: STAGING_DATABASE_URL, or QA_EU_DATABASE_URL for qa-eu, where
 * the manifest names no other.
 */
export const variableOf = ({ secrets }: Secrets, environment: string, name: string): string =>
  secrets[name]?.variable[environment] ?? `${environment.toUpperCase().replaceAll("-", "_")}_${name}`

/** Whether values of a form are addresses of a PostgreSQL database. */
export const isDatabaseUrl = ({ form }: { form: string }): boolean => form === "postgres-url"

/** How many bytes a form asks for at least; undefined where it is of another kind. */
export function fewestBytes(form: string): number | undefined {
  const [, bytes] = /^bytes >= (\d+)$/.exec(form) ?? []
  return bytes === undefined ? undefined : Number(bytes)
}
