locals {
  # A group may have 60 rules, so the load balancer has one for each group of tasks, over all of the services' ports.
  ports = [for route in local.routed : route.port]

  # Of tasks that call addresses on the Internet of other people's choosing; a name here that is no service counts for nothing.
  outbound_ports = { for name, ports in var.outbound_ports : name => ports if contains(keys(local.services), name) }

  # What has one of them reaches the database.
  database_urls = [for name, secret in local.secrets : name if secret.form == "postgres-url"]

  # Which groups a service's tasks are in.
  groups_of_tasks = merge(
    { tasks = aws_security_group.tasks.id },
    { for name, group in aws_security_group.outbound : name => group.id },
  )
  groups_of_service = {
    for name, service in local.services : name => concat(
      [lookup(local.groups_of_tasks, contains(keys(local.outbound_ports), name) ? name : "tasks")],
      length(setintersection(try(service.secrets, []), local.database_urls)) > 0 ? [aws_security_group.database.id] : [],
    )
  }
}

resource "aws_security_group" "load_balancer" {
  name        = "${local.name}-load-balancer"
  description = "The load balancer: from CloudFront, to the tasks"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "tasks" {
  name        = "${local.name}-tasks"
  description = "Tasks: from the load balancer, to AWS"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "outbound" {
  for_each = local.outbound_ports

  name        = "${local.name}-${each.key}"
  description = "Tasks of ${each.key}: from the load balancer, to AWS and to ${each.key}'s endpoints"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "What has the database's URL: to PostgreSQL, beside what the task's other group allows"
  vpc_id      = aws_vpc.main.id
}

# Addresses from which CloudFront calls origins. The list counts as 55 of the 60 rules that a group may have: the load
# balancer can admit it to one port, not to two.
data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  count = local.public ? 0 : 1

  security_group_id = aws_security_group.load_balancer.id
  description       = "CloudFront"
  ip_protocol       = "tcp"
  from_port         = local.https ? 443 : 80
  to_port           = local.https ? 443 : 80
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
}

resource "aws_vpc_security_group_ingress_rule" "public" {
  #checkov:skip=CKV_AWS_260:Only where alb_ingress asks for it.
  for_each = toset(local.public ? (local.https ? ["80", "443"] : ["80"]) : [])

  security_group_id = aws_security_group.load_balancer.id
  description       = "Everybody, as alb_ingress asks for"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  for_each = length(local.ports) > 0 ? local.groups_of_tasks : {}

  security_group_id            = aws_security_group.load_balancer.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = min(local.ports...)
  to_port                      = max(local.ports...)
  referenced_security_group_id = each.value
}

resource "aws_vpc_security_group_ingress_rule" "tasks" {
  for_each = length(local.ports) > 0 ? local.groups_of_tasks : {}

  security_group_id            = each.value
  description                  = "The load balancer"
  ip_protocol                  = "tcp"
  from_port                    = min(local.ports...)
  to_port                      = max(local.ports...)
  referenced_security_group_id = aws_security_group.load_balancer.id
}

# Terraform takes away AWS's default rule, which lets everything out. DNS needs none: the VPC's resolver is not filtered.
# AWS's endpoints have no range of addresses that a rule could name.
resource "aws_vpc_security_group_egress_rule" "aws" {
  for_each = local.groups_of_tasks

  security_group_id = each.value
  description       = "AWS: images, secrets, logs"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "outbound" {
  for_each = merge([
    for name, ports in local.outbound_ports : { for port in ports : "${name}-${port}" => { group = name, port = port } if port != 443 }
  ]...)

  security_group_id = aws_security_group.outbound[each.value.group].id
  description       = "Endpoints"
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "database" {
  for_each = toset(var.database_cidrs)

  security_group_id = aws_security_group.database.id
  description       = "PostgreSQL"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = each.key
}
