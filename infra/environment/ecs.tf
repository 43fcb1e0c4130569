resource "aws_ecs_cluster" "main" {
  #checkov:skip=CKV_AWS_65:Container insights are charged by the metric; a deploy reads target health and logs.
  name = local.name
}

# The first revision only, for the service to be made with. The module registers the later ones from platform.json, with
# the image's digest: one from here would never run.
resource "aws_ecs_task_definition" "service" {
  for_each = local.services

  family                   = "${local.name}-${each.key}"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = try(each.value.cpu, 256)
  memory                   = try(each.value.memory, 512)
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  container_definitions = jsonencode([
    {
      name                   = each.key
      image                  = "${local.registry}/${local.platform.name}/${each.key}:placeholder"
      essential              = true
      readonlyRootFilesystem = try(each.value.readonlyRootFilesystem, true)
      stopTimeout            = try(each.value.stopTimeout, 30)
      portMappings           = [for port in compact([try(each.value.port, null)]) : { containerPort = tonumber(port), protocol = "tcp" }]
      environment            = [{ name = "ENVIRONMENT", value = var.environment }]
      secrets = [
        for name in try(each.value.secrets, []) :
        { name = name, valueFrom = aws_secretsmanager_secret.service[name].arn }
      ]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.service[each.key].name
          "awslogs-region"        = local.region
          "awslogs-stream-prefix" = each.key
        }
      }
    },
  ])

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_ecs_service" "service" {
  #checkov:skip=CKV_AWS_333:Without a NAT gateway a task needs a public address; its security group admits the load balancer only.
  for_each = local.services

  name            = each.key
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.service[each.key].arn
  launch_type     = "FARGATE"

  # The placeholder cannot start. The first deploy scales to what the manifest says.
  desired_count = 0

  # By default checks count as soon as a task runs, and a slow start would end it.
  health_check_grace_period_seconds = contains(keys(local.routed), each.key) ? 60 : null

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  alarms {
    alarm_names = local.alarms[each.key]
    enable      = true
    rollback    = true
  }

  network_configuration {
    subnets          = [for subnet in aws_subnet.public : subnet.id]
    security_groups  = local.groups_of_service[each.key]
    assign_public_ip = true
  }

  dynamic "load_balancer" {
    for_each = { for name, route in local.routed : name => route if name == each.key }

    content {
      target_group_arn = aws_lb_target_group.service[each.key].arn
      container_name   = each.key
      container_port   = load_balancer.value.port
    }
  }

  lifecycle {
    ignore_changes = [desired_count, task_definition]
  }

  # ECS refuses a target group that no load balancer uses, and a task without the gateway cannot fetch its image.
  depends_on = [aws_lb_listener_rule.service, aws_lb_listener_rule.shifting, aws_internet_gateway.main]
}
