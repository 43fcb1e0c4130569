import { z } from "zod"
import type { EnvironmentName, Platform, SecretName } from "../../platform/manifest.ts"
import { fewestBytes, variableOf } from "../../platform/schema/secret.ts"

/** The values that the caller gives. One that is absent stays what it is in Secrets Manager. */
export type SecretValues = Partial<Record<SecretName, string>>

/** The part of a platform that tells of its secrets. */
type Secrets = Pick<Platform, "secrets">

const databaseUrl = z.string().superRefine((text, context) => {
  const problem = problemOfDatabaseUrl(text)
  if (problem) context.addIssue({ code: "custom", message: problem })
})

const fernet = z.string().regex(
  // Several, comma-separated, while a new key replaces an old one.
  /^[\w-]{43}=(\s*,\s*[\w-]{43}=)*$/,
  "is not a Fernet key (32 bytes in URL-safe base64), nor a comma-separated list of them. Make one: openssl rand -base64 32 | tr +/ -_",
)

/** What a value of a form has to look like; a message never quotes the value. */
function formatOf(form: string): z.ZodType<string> {
  if (form === "postgres-url") return databaseUrl
  if (form === "fernet") return fernet
  const bytes = fewestBytes(form) ?? 1
  return z
    .string()
    .refine(
      (text) => Buffer.byteLength(text) >= bytes,
      bytes === 1 ? "is empty" : `is shorter than ${bytes} bytes. Make one: openssl rand -hex ${bytes}`,
    )
}

/** What libpq takes in a URL's query, but for what the URL itself tells: host, port, user, password and database. */
const libpqParameters = new Set(
  `application_name channel_binding client_encoding connect_timeout fallback_application_name gssdelegation gssencmode
  gsslib keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname load_balance_hosts options passfile
  require_auth requirepeer ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl
  sslcrldir sslkey sslmode sslnegotiation sslpassword sslrootcert sslsni target_session_attrs tcp_user_timeout`.split(
    /\s+/,
  ),
)

/** What any parser of URLs takes for the same: all else in a name or a password has to be encoded. */
const encoded = /^(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/

function problemOfDatabaseUrl(text: string): string | undefined {
  // The services' parser ends the password at the first @, this one at the last: one would print what the other hides.
  const [, user] = /^\w+:\/\/(.*)@/s.exec(text) ?? []
  if (user && !user.split(/:(.*)/s, 2).every((part) => encoded.test(part)))
    return "has a character in its user or password that a URL encodes: @ is %40, / is %2F, ? is %3F, # is %23, % is %25, a blank is %20"
  if (!URL.canParse(text)) return "is not a URL, expected postgresql://user:password@host/database?sslmode=require"
  const url = new URL(text)
  if (!/^postgres(ql)?:$/.test(url.protocol)) return `begins with ${url.protocol}//, expected postgresql://`
  if (!url.hostname || !url.username || url.pathname.length < 2) return "lacks its user, host or database"
  // Not told: what stands there may be a part of the password.
  if (!/^[a-z0-9.-]+$/i.test(url.hostname)) return "has a host that is no host's name"
  if (!/^\/[\w.~-]+$/.test(url.pathname))
    return "has a database whose name has other characters than letters, digits and _ . ~ -"
  if (url.hash) return "has a # behind its parameters: leave it out, with what follows"
  const names = [...url.searchParams.keys()]
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice) return `has the parameter ${twice} more than once`
  const unknown = names.find((name) => !libpqParameters.has(name))
  if (unknown) return `has the parameter ${unknown}, which PostgreSQL's client does not know: leave it out`
  const sslmode = url.searchParams.get("sslmode")
  if (!sslmode) return "has no sslmode. Neon requires TLS: add ?sslmode=require"
  if (!["require", "verify-ca", "verify-full"].includes(sslmode))
    return `has sslmode=${sslmode}, which may go without TLS. Set sslmode=require`
  return undefined
}

/** What is wrong with the values that are given, a line each. */
export function problemsOfValues(platform: Secrets, environment: EnvironmentName, values: SecretValues): string[] {
  return Object.entries(platform.secrets).flatMap(([name, { form }]) => {
    const value = values[name]
    if (value === undefined) return []
    const variable = variableOf(platform, environment, name)
    if (value !== value.trim()) return [`${variable} begins or ends with a blank or a line break: set it without.`]
    const parsed = formatOf(form).safeParse(value)
    return parsed.success ? [] : [`${variable} ${parsed.error.issues[0]!.message}.`]
  })
}
