# What may act in a role, and only on behalf of this account.
data "aws_iam_policy_document" "service_trust" {
  for_each = toset(["ecs-tasks", "ecs", "scheduler"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

# What ECS does for a task before it starts: fetch the image and the secrets, open the log.
resource "aws_iam_role" "execution" {
  name               = "${local.name}-execution"
  assume_role_policy = data.aws_iam_policy_document.service_trust["ecs-tasks"].json
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "RegistryLogin" # has no resource
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "Images"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = local.repository_arns
  }

  dynamic "statement" {
    for_each = length(local.secrets) > 0 ? [1] : []

    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = local.secret_arns
    }
  }

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = local.log_stream_arns
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "start-tasks"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

# What the services themselves may do in AWS: nothing. It exists so that they do not run as anything else.
resource "aws_iam_role" "task" {
  name               = "${local.name}-task"
  assume_role_policy = data.aws_iam_policy_document.service_trust["ecs-tasks"].json
}

locals {
  # By the names' common beginning: a line for each service would pass the 10,240 characters of a role's policies at 26.
  repository_arns = ["arn:aws:ecr:${local.region}:${local.account}:repository/${local.platform.name}/*"]
  log_group_arns  = ["arn:aws:logs:${local.region}:${local.account}:log-group:/${local.platform.name}/${var.environment}/*"]
  log_stream_arns = [for arn in local.log_group_arns : "${arn}:*"]
  secret_arns     = [for secret in aws_secretsmanager_secret.service : secret.arn]
}
