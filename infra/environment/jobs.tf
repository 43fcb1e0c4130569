# Jobs that run by a schedule, or when somebody runs one; the one that migrates has no task definition of its own.
locals {
  jobs = { for name, job in try(local.platform.jobs, {}) : name => job if try(job.before, null) == null }

  # A schedule is for all environments, or by environment.
  schedules = {
    for name, job in local.jobs : name => try(tostring(job.schedule), job.schedule[var.environment], null)
    if try(tostring(job.schedule), job.schedule[var.environment], null) != null
  }
}

# The first revision only, as a service's. A deploy registers the later ones, and a schedule starts the last of the family.
resource "aws_ecs_task_definition" "job" {
  for_each = local.jobs

  family                   = "${local.name}-${each.key}"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn

  container_definitions = jsonencode([
    {
      name                   = each.key
      image                  = "${local.registry}/${local.platform.name}/${each.value.service}:placeholder"
      essential              = true
      readonlyRootFilesystem = true
    },
  ])

  lifecycle {
    ignore_changes = all
  }
}

resource "aws_scheduler_schedule" "job" {
  #checkov:skip=CKV_AWS_297:A schedule holds a time and names, which are no secrets.
  for_each = local.schedules

  name                         = "${local.name}-${each.key}"
  description                  = "Runs ${each.key} of ${local.name}"
  schedule_expression          = each.value
  schedule_expression_timezone = try(local.jobs[each.key].timezone, "UTC")

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.main.arn
    role_arn = aws_iam_role.scheduler[0].arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.job[each.key].arn_without_revision
      launch_type         = "FARGATE"

      network_configuration {
        subnets          = [for subnet in aws_subnet.public : subnet.id]
        security_groups  = local.groups_of_service[local.jobs[each.key].service]
        assign_public_ip = true
      }
    }

    # By default AWS tries for a day to start what cannot start: the next time comes sooner.
    retry_policy {
      maximum_retry_attempts       = 3
      maximum_event_age_in_seconds = 900
    }
  }
}

# What starts jobs by their schedules.
resource "aws_iam_role" "scheduler" {
  count = length(local.schedules) > 0 ? 1 : 0

  name               = "${local.name}-scheduler"
  assume_role_policy = data.aws_iam_policy_document.service_trust["scheduler"].json
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    sid       = "Jobs"
    actions   = ["ecs:RunTask"]
    resources = flatten([for name, _ in local.schedules : [for end in ["", ":*"] : "${local.ecs}:task-definition/${local.name}-${name}${end}"]])

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [aws_ecs_cluster.main.arn]
    }
  }

  statement {
    sid       = "RolesOfTasks"
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.execution.arn, aws_iam_role.task.arn]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "scheduler" {
  count = length(local.schedules) > 0 ? 1 : 0

  name   = "run-jobs"
  role   = aws_iam_role.scheduler[0].id
  policy = data.aws_iam_policy_document.scheduler.json
}
