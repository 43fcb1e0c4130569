import type { Rule, RuleCondition } from "#aws/elb"
import type { IncomingMessage } from "node:http"

/** Whether a rule of a listener fits a request: all its conditions do. The default rule has none. */
export function matches({ Conditions = [] }: Rule, incoming: IncomingMessage): boolean {
  return Conditions.every((condition) => fits(condition, incoming))
}

/** By path, host, method, header or query. A condition of another kind fits nothing. */
function fits(condition: RuleCondition, incoming: IncomingMessage): boolean {
  const { pathname, searchParams } = new URL(incoming.url!, "http://load-balancer")
  const { Values = [], HttpHeaderConfig: header } = condition
  switch (condition.Field) {
    case "path-pattern":
      return Values.some((pattern) => isLike(pattern, pathname))
    case "host-header":
      return Values.some((pattern) => isLike(pattern.toLowerCase(), hostOf(incoming)))
    case "http-request-method":
      return Values.includes(incoming.method ?? "")
    case "http-header": {
      const value = incoming.headers[header?.HttpHeaderName?.toLowerCase() ?? ""]
      return value !== undefined && (header?.Values ?? []).some((pattern) => isLike(pattern, String(value)))
    }
    case "query-string":
      return queriesOf(condition).some(({ Key, Value = "" }) =>
        Key ? isLike(Value, searchParams.get(Key) ?? "") : [...searchParams.values()].some((one) => isLike(Value, one)),
      )
    default:
      return false
  }
}

const hostOf = ({ headers }: IncomingMessage): string => headers.host?.split(":", 1)[0]?.toLowerCase() ?? ""

/** Ministack answers with `key=value` in place of AWS's pairs. */
function queriesOf({
  QueryStringConfig,
  Values = [],
}: RuleCondition): { Key?: string | undefined; Value?: string | undefined }[] {
  if (QueryStringConfig?.Values) return QueryStringConfig.Values
  return Values.map((text) => {
    const [, Key, Value = text] = /^([^=]*)=(.*)$/.exec(text) ?? []
    return Key === undefined ? { Value } : { Key, Value }
  })
}

/** `*` stands for any characters, `?` for one. */
function isLike(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
  return new RegExp(`^${expression}$`, "s").test(text)
}
