resource "aws_lb" "api" {
  #checkov:skip=CKV_AWS_150:Deletion protection is for production; staging may be destroyed.
  #checkov:skip=CKV_AWS_91:Access logs need a bucket of their own; each service logs its requests with their trace id.
  #checkov:skip=CKV2_AWS_20:Without a domain there is no certificate, and CloudFront takes HTTPS from viewers; with one, port 80 redirects.
  #checkov:skip=CKV2_AWS_28:A firewall is charged by the month; CloudFront is what viewers reach.
  # One cannot become the other: AWS makes another load balancer, beside the first, which needs another name.
  name               = local.public ? local.name : "${local.name}-internal"
  load_balancer_type = "application"
  internal           = !local.public
  subnets            = [for subnet in local.public ? aws_subnet.public : aws_subnet.private : subnet.id]
  security_groups    = [aws_security_group.load_balancer.id]

  enable_deletion_protection = !var.disposable
  drop_invalid_header_fields = true

  # Without one, AWS refuses a load balancer that faces the Internet, and an origin in a VPC; nothing else here would make
  # Terraform wait for it.
  depends_on = [aws_internet_gateway.main]
}

locals {
  # AWS takes 32 characters. What is cut off counts by its hash: names that begin alike must not become one.
  target_group_names = {
    for name, full in { for name, _ in local.services : name => "${local.name}-${name}" } :
    name => length(full) <= 32 ? full : "${substr(full, 0, 23)}-${substr(sha256(full), 0, 8)}"
  }
}

resource "aws_lb_target_group" "service" {
  #checkov:skip=CKV_AWS_378:The tasks speak HTTP, and admit the load balancer only.
  for_each = local.routed

  name        = local.target_group_names[each.key]
  vpc_id      = aws_vpc.main.id
  protocol    = "HTTP"
  port        = each.value.port
  target_type = "ip"

  # AWS waits 300 s before it stops a task that was replaced; requests here take seconds.
  deregistration_delay = 30

  health_check {
    path                = each.value.live
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
    matcher             = "200"
  }
}

# HTTP unless there is a certificate: from CloudFront to here it is a private connection, and then the VPC's own network. A
# public load balancer without one is called over the Internet in the clear; see certificate_arn.
resource "aws_lb_listener" "api" {
  #checkov:skip=CKV_AWS_2:HTTPS needs a domain of one's own; with certificate_arn it is HTTPS.
  #checkov:skip=CKV_AWS_103:The policy below, with certificate_arn, allows TLS 1.2 and later.
  load_balancer_arn = aws_lb.api.arn
  protocol          = local.https ? "HTTPS" : "HTTP"
  port              = local.https ? 443 : 80
  certificate_arn   = var.certificate_arn
  ssl_policy        = local.https ? "ELBSecurityPolicy-TLS13-1-2-2021-06" : null

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = "404"
      content_type = "application/json"
      message_body = jsonencode({ detail = "Not Found" })
    }
  }
}

resource "aws_lb_listener" "redirect" {
  count = local.https ? 1 : 0

  load_balancer_arn = aws_lb.api.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }

  # The first listener holds port 80 until it has moved to 443.
  depends_on = [aws_lb_listener.api]
}

resource "aws_lb_listener_rule" "service" {
  for_each = { for name, route in local.routed : name => route if !local.shifts }

  listener_arn = aws_lb_listener.api.arn
  priority     = local.rule_priorities[each.key]

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.service[each.key].arn
  }

  condition {
    path_pattern {
      values = local.path_patterns[each.key]
    }
  }

  dynamic "condition" {
    for_each = each.value.host == null ? [] : [each.value.host]

    content {
      host_header {
        values = [condition.value]
      }
    }
  }
}

locals {
  # The second pattern alone would miss the bare path, and a single "<path>*" would take in other services' names.
  path_patterns = { for name, route in local.routed : name => route.path == "/" ? ["/*"] : [route.path, "${route.path}/*"] }

  # Rules of a host come first, and a longer path before a shorter one. AWS chooses the numbers where the order does not matter:
  # where no rule takes what another one is for.
  rule_order = sort([
    for name, route in local.routed : format("%d %04d %s", route.host == null ? 1 : 0, 1000 - length(route.path), name)
  ])
  rules_overlap = anytrue([
    for name, route in local.routed : anytrue([
      for other, wider in local.routed :
      name != other && (route.host != wider.host || startswith("${route.path}/", "${trimsuffix(wider.path, "/")}/"))
    ])
  ])
  rule_priorities = {
    for index, key in local.rule_order : split(" ", key)[2] => local.rules_overlap ? 100 + index : null
  }

  # A service may want it for itself.
  health_is_taken = anytrue([for route in local.routed : route.host == null && contains(["/", "/health"], route.path)])
}

# The load balancer's own health, without a service behind it.
resource "aws_lb_listener_rule" "health" {
  count = local.health_is_taken ? 0 : 1

  listener_arn = aws_lb_listener.api.arn
  priority     = local.rules_overlap ? 1000 : null

  action {
    type = "fixed-response"

    fixed_response {
      status_code  = "200"
      content_type = "application/json"
      message_body = jsonencode({ status = "ok" })
    }
  }

  condition {
    path_pattern {
      values = ["/health"]
    }
  }
}
