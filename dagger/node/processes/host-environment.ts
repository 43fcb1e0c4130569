/** What any program of this machine may need to know of it, and what no test or task can be led astray by. */
const always = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CI|XDG_\w+)$/

/** How a network is reached, and where its registries of packages are. */
const forTheNetwork =
  /^((HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(PIP|UV|NPM_CONFIG)_\w+|GO\w*|CGO_\w+)$/i

const pick = (pattern: RegExp): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      pattern.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  )

/**
 * The environment of a program that is started here: of this process's variables only what tells of the machine. A shell's
 * `PGSSLMODE`, `HOST` or `ENVIRONMENT` is nothing that a service, a test or a tool was given.
 */
export const hostEnvironment = (): Record<string, string> => pick(always)

/** The environment of a program that reaches the network: the proxies, certificates and registries of packages, too. */
export const networkEnvironment = (): Record<string, string> => ({ ...hostEnvironment(), ...pick(forTheNetwork) })
