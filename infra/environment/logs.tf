# ECS makes no log group: without one, a task does not start.
resource "aws_cloudwatch_log_group" "service" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with a key of its own; the services log no secrets.
  #checkov:skip=CKV_AWS_338:A year of request logs is of no use here; each environment's tfvars says how long they are kept.
  for_each = local.services

  name              = "/${local.platform.name}/${var.environment}/${each.key}"
  retention_in_days = var.log_retention_days
}
