locals {
  # The manifest's limits, with its own defaults (dagger/platform/manifest-schema.ts).
  limits = {
    failed_share = try(local.platform.limits.failedShare, 0.05)
    p95_seconds  = try(local.platform.limits.p95Seconds, 2)
  }

  # Each target group is watched: after a deploy that shifts traffic, the tasks are in the service's other one.
  watched = merge(
    { for name, _ in local.routed : name => { service = name, group = aws_lb_target_group.service[name].arn_suffix } },
    { for name, group in aws_lb_target_group.alternate : "${name}-2" => { service = name, group = group.arn_suffix } },
  )

  alarms = {
    for name, _ in local.services : name => concat(
      [for key, watched in local.watched : aws_cloudwatch_metric_alarm.failed[key].alarm_name if watched.service == name],
      [for key, watched in local.watched : aws_cloudwatch_metric_alarm.slow[key].alarm_name if watched.service == name],
      [aws_cloudwatch_metric_alarm.restarts[name].alarm_name],
    )
  }
}

# ECS rolls a deployment back when one of its service's alarms goes off, and a deploy that bakes looks at them, too. Each is
# about two minutes in a row: one minute is a start or a retry, and a third would come after a short bake.
resource "aws_cloudwatch_metric_alarm" "failed" {
  #checkov:skip=CKV_AWS_319:What follows an alarm is a roll-back; whom it tells besides is the team's own.
  for_each = local.watched

  alarm_name          = "${local.name}-${each.key}-5xx"
  alarm_description   = "${each.value.service} answers more than ${local.limits.failed_share * 100} % of its requests with 5xx"
  comparison_operator = "GreaterThanThreshold"
  threshold           = local.limits.failed_share
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"

  metric_query {
    id          = "share"
    label       = "Share of 5xx"
    return_data = true

    # Fewer than five in a minute are no reason: at little traffic one would be a large share.
    expression = "IF(failed >= 5, failed / requests, 0)"
  }

  dynamic "metric_query" {
    for_each = { failed = "HTTPCode_Target_5XX_Count", requests = "RequestCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        period      = 60
        stat        = "Sum"
        dimensions  = { LoadBalancer = aws_lb.api.arn_suffix, TargetGroup = each.value.group }
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "slow" {
  #checkov:skip=CKV_AWS_319:What follows an alarm is a roll-back; whom it tells besides is the team's own.
  for_each = local.watched

  alarm_name          = "${local.name}-${each.key}-slow"
  alarm_description   = "More than 5 of 100 requests to ${each.value.service} take longer than ${local.limits.p95_seconds} s"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  extended_statistic  = "p95"
  dimensions          = { LoadBalancer = aws_lb.api.arn_suffix, TargetGroup = each.value.group }
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = local.limits.p95_seconds
  treat_missing_data  = "notBreaching"

  # A percentile of a handful of requests says nothing.
  evaluate_low_sample_count_percentiles = "ignore"
}

resource "aws_cloudwatch_metric_alarm" "restarts" {
  #checkov:skip=CKV_AWS_319:What follows an alarm is a roll-back; whom it tells besides is the team's own.
  for_each = local.services

  alarm_name          = "${local.name}-${each.key}-restarts"
  alarm_description   = "Tasks of ${each.key} end by themselves again and again"
  namespace           = local.events_namespace
  metric_name         = "TasksEnded"
  dimensions          = { Group = "service:${each.key}" }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
}

locals {
  events_namespace = "${local.platform.name}/${var.environment}"
}

# ECS has no metric of tasks that end by themselves. It tells EventBridge of each; kept as lines of a log, they are counted.
resource "aws_cloudwatch_event_rule" "task_ended" {
  name        = "${local.name}-task-ended"
  description = "A container of ${local.name} ended by itself, or was killed"

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = [aws_ecs_cluster.main.arn]
      lastStatus = ["STOPPED"]
      stopCode   = ["EssentialContainerExited"]
      group      = [{ prefix = "service:" }]
    }
  })
}

resource "aws_cloudwatch_event_target" "task_ended" {
  rule = aws_cloudwatch_event_rule.task_ended.name
  arn  = aws_cloudwatch_log_group.events.arn
}

resource "aws_cloudwatch_log_group" "events" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with a key of its own; ECS's events hold no secrets.
  #checkov:skip=CKV_AWS_338:An event of a task that ended is of no use a year later.
  # EventBridge writes to groups of this prefix only.
  name              = "/aws/events/${local.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_resource_policy" "events" {
  policy_name = "${local.name}-events"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
        Action    = "logs:CreateLogStream"
        Resource  = "${aws_cloudwatch_log_group.events.arn}:*"
      },
      {
        Effect    = "Allow"
        Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
        Action    = "logs:PutLogEvents"
        Resource  = "${aws_cloudwatch_log_group.events.arn}:*:*"
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.task_ended.arn } }
      },
    ]
  })
}

resource "aws_cloudwatch_log_metric_filter" "task_ended" {
  name           = "${local.name}-task-ended"
  log_group_name = aws_cloudwatch_log_group.events.name
  pattern        = "{ $.detail.stopCode = \"EssentialContainerExited\" }"

  metric_transformation {
    namespace  = local.events_namespace
    name       = "TasksEnded"
    value      = "1"
    dimensions = { Group = "$.detail.group" }
  }
}
