/** A resource in Terraform's state, as `terraform show -json` has it. */
export interface Resource {
  type: string
  name: string
  values: Record<string, unknown>
}

/** What AWS allows, and how much of it an environment uses where it uses most. */
export interface Quota {
  name: string
  limit: number
  source: string
  used(resources: Resource[]): number
}

const iam = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
const vpc = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
const elb = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"

/** CloudFront's list of addresses counts as so many rules. */
const prefixListWeight = 55

/** The quotas that Terraform's resources come nearer to with each service. Those that can be raised are the defaults. */
export const quotas: Quota[] = [
  {
    name: "characters of a role's inline policies",
    limit: 10_240,
    source: iam,
    used: (resources) =>
      Math.max(...sums(resources.filter(({ type }) => type === "aws_iam_role_policy").map(policyOfRole))),
  },
  {
    name: "characters of a role's trust policy",
    limit: 2048,
    source: iam,
    used: (resources) => largest(resources, "aws_iam_role", ({ assume_role_policy }) => characters(assume_role_policy)),
  },
  {
    name: "characters of a standard SSM parameter",
    limit: 4096,
    source: "https://docs.aws.amazon.com/general/latest/gr/ssm.html",
    used: (resources) => largest(resources, "aws_ssm_parameter", ({ value }) => String(value).length),
  },
  {
    name: "inbound rules of a security group",
    limit: 60,
    source: vpc,
    used: (resources) => rulesOfGroup(resources, "aws_vpc_security_group_ingress_rule"),
  },
  {
    name: "outbound rules of a security group",
    limit: 60,
    source: vpc,
    used: (resources) => rulesOfGroup(resources, "aws_vpc_security_group_egress_rule"),
  },
  {
    name: "rules of a load balancer",
    limit: 100,
    source: elb,
    used: (resources) => resources.filter(({ type }) => type === "aws_lb_listener_rule").length,
  },
  {
    name: "target groups of a load balancer",
    limit: 100,
    source: elb,
    used: (resources) => resources.filter(({ type }) => type === "aws_lb_target_group").length,
  },
  {
    name: "characters of a target group's name",
    limit: 32,
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
    used: (resources) => largest(resources, "aws_lb_target_group", ({ name }) => String(name).length),
  },
]

function policyOfRole({ values }: Resource): [role: string, size: number] {
  return [String(values.role), characters(values.policy)]
}

/** IAM does not count white space. */
function characters(policy: unknown): number {
  return JSON.stringify(JSON.parse(String(policy))).length
}

function rulesOfGroup(resources: Resource[], type: string): number {
  const rules = resources.filter((resource) => resource.type === type)
  return Math.max(...sums(rules.map(({ name, values }) => [String(values.security_group_id), weight(name)])))
}

/** By the rule's name: an emulator forgets the prefix list. */
function weight(rule: string): number {
  return rule === "cloudfront" ? prefixListWeight : 1
}

function sums(parts: [of: string, size: number][]): number[] {
  const sum = new Map<string, number>()
  for (const [of, size] of parts) sum.set(of, (sum.get(of) ?? 0) + size)
  return [...sum.values()]
}

function largest(resources: Resource[], type: string, size: (values: Record<string, unknown>) => number): number {
  return Math.max(...resources.filter((resource) => resource.type === type).map(({ values }) => size(values)))
}
