import type { TargetDescription, TargetHealthDescription } from "#aws/elb"

/** ELBv2 speaks AWS's query protocol: form in, XML out. This is what DescribeTargetHealth needs of it. */

const namespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"

/** `Targets.member.1.Id=…&Targets.member.1.Port=…` */
export function targetsAskedFor(query: URLSearchParams): TargetDescription[] {
  const targets: TargetDescription[] = []
  for (let number = 1; query.has(`Targets.member.${number}.Id`); number++) {
    const port = query.get(`Targets.member.${number}.Port`)
    targets.push({ Id: query.get(`Targets.member.${number}.Id`)!, ...(port && { Port: Number(port) }) })
  }
  return targets
}

export function targetHealthAnswer(targets: TargetHealthDescription[], requestId: string): string {
  const members = targets.map(({ Target, TargetHealth, HealthCheckPort }) =>
    element("member", [
      element("Target", [text("Id", Target?.Id), text("Port", Target?.Port)]),
      text("HealthCheckPort", HealthCheckPort),
      element("TargetHealth", [
        text("State", TargetHealth?.State),
        text("Reason", TargetHealth?.Reason),
        text("Description", TargetHealth?.Description),
      ]),
    ]),
  )
  const result = element("DescribeTargetHealthResult", [element("TargetHealthDescriptions", members)])
  const metadata = element("ResponseMetadata", [text("RequestId", requestId)])
  return `<DescribeTargetHealthResponse xmlns="${namespace}">${result}${metadata}</DescribeTargetHealthResponse>`
}

export function errorAnswer({ name, message }: Error, requestId: string): string {
  const error = element("Error", [text("Type", "Sender"), text("Code", name), text("Message", message)])
  return element("ErrorResponse", [error, text("RequestId", requestId)])
}

const element = (name: string, content: string[]): string => `<${name}>${content.join("")}</${name}>`

/** An element with text; nothing where there is no value. */
function text(name: string, value: string | number | undefined): string {
  if (value === undefined) return ""
  return element(name, [String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")])
}
