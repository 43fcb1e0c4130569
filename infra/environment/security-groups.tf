resource "aws_security_group" "load_balancer" {
  name        = "${local.name}-load-balancer"
  description = "The load balancer: from CloudFront, to the tasks"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "tasks" {
  name        = "${local.name}-tasks"
  description = "The tasks: from the load balancer, to AWS and Neon"
  vpc_id      = aws_vpc.main.id
}

# Addresses from which CloudFront calls origins. The list counts as 55 of the 60 rules that a group may have: the load
# balancer can admit it to one port, not to two.
data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  count = var.alb_ingress == "cloudfront" ? 1 : 0

  security_group_id = aws_security_group.load_balancer.id
  description       = "CloudFront"
  ip_protocol       = "tcp"
  from_port         = local.https ? 443 : 80
  to_port           = local.https ? 443 : 80
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
}

resource "aws_vpc_security_group_ingress_rule" "public" {
  #checkov:skip=CKV_AWS_260:Only where alb_ingress asks for it.
  for_each = toset(var.alb_ingress == "public" ? (local.https ? ["80", "443"] : ["80"]) : [])

  security_group_id = aws_security_group.load_balancer.id
  description       = "Everybody, as alb_ingress asks for"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  for_each = local.services

  security_group_id            = aws_security_group.load_balancer.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = aws_security_group.tasks.id
}

resource "aws_vpc_security_group_ingress_rule" "tasks" {
  for_each = local.services

  security_group_id            = aws_security_group.tasks.id
  description                  = "${each.key} from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = aws_security_group.load_balancer.id
}

# Terraform takes away AWS's default rule, which lets everything out. DNS needs none: the VPC's resolver is not filtered.
resource "aws_vpc_security_group_egress_rule" "tasks" {
  for_each = {
    "AWS's endpoints, and other HTTPS" = 443
    "PostgreSQL on Neon"               = 5432
  }

  security_group_id = aws_security_group.tasks.id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}
