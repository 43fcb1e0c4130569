# What a strategy needs that shifts traffic (canary, linear, blue-green): ECS registers new tasks with the service's other target
# group, and changes the weights of the listener's rule. The module hands the strategy over with each deploy: this provider
# does not know it.
locals {
  shifts = try(local.environment.strategy.type, "rolling") != "rolling"
}

resource "aws_lb_target_group" "alternate" {
  #checkov:skip=CKV_AWS_378:The tasks speak HTTP, and admit the load balancer only.
  for_each = { for name, route in local.routed : name => route if local.shifts }

  name        = "${substr(local.target_group_names[each.key], 0, 30)}-2"
  vpc_id      = aws_vpc.main.id
  protocol    = "HTTP"
  port        = each.value.port
  target_type = "ip"

  deregistration_delay = aws_lb_target_group.service[each.key].deregistration_delay

  health_check {
    path                = aws_lb_target_group.service[each.key].health_check[0].path
    interval            = aws_lb_target_group.service[each.key].health_check[0].interval
    timeout             = aws_lb_target_group.service[each.key].health_check[0].timeout
    healthy_threshold   = aws_lb_target_group.service[each.key].health_check[0].healthy_threshold
    unhealthy_threshold = aws_lb_target_group.service[each.key].health_check[0].unhealthy_threshold
    matcher             = aws_lb_target_group.service[each.key].health_check[0].matcher
  }
}

resource "aws_lb_listener_rule" "shifting" {
  for_each = { for name, route in local.routed : name => route if local.shifts }

  listener_arn = aws_lb_listener.api.arn
  priority     = local.rule_priorities[each.key]

  action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.service[each.key].arn
        weight = 100
      }

      target_group {
        arn    = aws_lb_target_group.alternate[each.key].arn
        weight = 0
      }
    }
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

  lifecycle {
    # The weights are ECS's. A target group that is made anew needs a rule that is, too.
    ignore_changes       = [action]
    replace_triggered_by = [aws_lb_target_group.service[each.key].id, aws_lb_target_group.alternate[each.key].id]
  }
}

# ECS changes rules and target groups with it.
resource "aws_iam_role" "load_balancing" {
  count = local.shifts ? 1 : 0

  name               = "${local.name}-load-balancing"
  assume_role_policy = data.aws_iam_policy_document.service_trust["ecs"].json
}

resource "aws_iam_role_policy_attachment" "load_balancing" {
  count = local.shifts ? 1 : 0

  role       = aws_iam_role.load_balancing[0].name
  policy_arn = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
}
