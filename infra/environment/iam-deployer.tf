locals {
  ecs = "arn:aws:ecs:${local.region}:${local.account}"

  # AWS asks for the path itself, with or without its last slash.
  parameter_paths = flatten([
    for environment in compact([var.environment, local.promotes_from]) : [
      for end in ["", "/*"] : "arn:aws:ssm:${local.region}:${local.account}:parameter/${local.platform.name}/${environment}${end}"
    ]
  ])

  # What is promoted from: its records, and the files of its site.
  origin_buckets = local.promotes_from == null ? [] : [
    for bucket in local.buckets : "arn:aws:s3:::${local.platform.name}-${local.promotes_from}-${bucket}-${local.account}"
  ]
  origin = local.promotes_from == null ? {} : {
    buckets = { actions = ["s3:ListBucket"], resources = local.origin_buckets }
    objects = { actions = ["s3:GetObject"], resources = [for bucket in local.origin_buckets : "${bucket}/*"] }
  }
}

resource "aws_iam_role" "deployer" {
  name               = "${local.name}-deployer"
  assume_role_policy = data.aws_iam_policy_document.trust["deployer"].json
  # AWS's hour would end before a deploy's worst case (settle, migrate, roll out, put back: about 114 minutes), in the middle
  # of putting back. A workflow's ID token is given all of this; a role that is assumed from another role's session is given an
  # hour, whatever stands here.
  max_session_duration = 10800
}

data "aws_iam_policy_document" "deployer" {
  #checkov:skip=CKV_AWS_356:Each statement on all resources says why; AWS has none to name there, or they are readable only.
  #checkov:skip=CKV_AWS_111:RegisterTaskDefinition changes nothing that runs; what runs is limited by UpdateService, RunTask and PassRole.

  statement {
    sid = "Unlimited" # AWS knows no resource, or no condition, for these
    actions = [
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetMetricData",
      "ecr:GetAuthorizationToken",
      "ecs:DescribeTaskDefinition",
      "ecs:RegisterTaskDefinition",
      "elasticloadbalancing:DescribeTargetHealth",
    ]
    resources = ["*"]
  }

  statement {
    sid = "Services"
    actions = [
      "ecs:DescribeServiceDeployments",
      "ecs:DescribeServiceRevisions",
      "ecs:DescribeServices",
      "ecs:DescribeTasks",
      "ecs:ListServiceDeployments",
      "ecs:StopServiceDeployment",
      "ecs:StopTask",
      "ecs:UpdateService",
    ]
    resources = [
      "${local.ecs}:service/${local.name}/*",
      "${local.ecs}:service-deployment/${local.name}/*",
      "${local.ecs}:service-revision/${local.name}/*",
      "${local.ecs}:task/${local.name}/*",
    ]
  }

  statement {
    sid       = "TasksOfTheCluster" # it names the cluster by a condition only
    actions   = ["ecs:ListTasks"]
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [aws_ecs_cluster.main.arn]
    }
  }

  statement {
    sid       = "Migrations"
    actions   = ["ecs:RunTask"]
    resources = ["${local.ecs}:task-definition/${local.name}-*"]

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

    # "IfExists" for the simulation, which names no service; a real call always does.
    condition {
      test     = "StringEqualsIfExists"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  dynamic "statement" {
    for_each = aws_iam_role.load_balancing

    content {
      sid       = "RoleOfTrafficShifts"
      actions   = ["iam:PassRole"]
      resources = [statement.value.arn]

      condition {
        test     = "StringEqualsIfExists"
        variable = "iam:PassedToService"
        values   = ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"]
      }
    }
  }

  statement {
    sid       = "OwnPermissions" # a deploy asks for them before it changes anything
    actions   = ["iam:SimulatePrincipalPolicy"]
    resources = [aws_iam_role.deployer.arn]
  }

  statement {
    sid = "Images"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = local.repository_arns
  }

  dynamic "statement" {
    for_each = length(local.secrets) > 0 ? [1] : []

    content {
      sid = "Secrets"
      actions = [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ]
      resources = local.secret_arns
    }
  }

  statement {
    sid       = "Parameters"
    actions   = ["ssm:GetParametersByPath"]
    resources = local.parameter_paths
  }

  dynamic "statement" {
    for_each = local.origin

    content {
      sid       = "Origin${title(statement.key)}"
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }

  statement {
    sid       = "Buckets"
    actions   = ["s3:ListBucket"]
    resources = [for bucket in aws_s3_bucket.private : bucket.arn]
  }

  statement {
    sid       = "Objects"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = [for bucket in aws_s3_bucket.private : "${bucket.arn}/*"]
  }

  dynamic "statement" {
    for_each = aws_cloudfront_distribution.site

    content {
      sid       = "Invalidations"
      actions   = ["cloudfront:CreateInvalidation", "cloudfront:GetDistribution", "cloudfront:GetInvalidation"]
      resources = [statement.value.arn]
    }
  }

  dynamic "statement" {
    for_each = aws_cloudfront_function.spa

    content {
      sid = "Pages" # each release tells the distribution's function its pages
      actions = [
        "cloudfront:DescribeFunction",
        "cloudfront:GetFunction",
        "cloudfront:PublishFunction",
        "cloudfront:UpdateFunction",
      ]
      resources = [statement.value.arn]
    }
  }

  statement {
    sid       = "Logs"
    actions   = ["logs:FilterLogEvents", "logs:GetLogEvents"]
    resources = concat(local.log_stream_arns, local.log_group_arns)
  }
}

resource "aws_iam_role_policy" "deployer" {
  name   = "deploy"
  role   = aws_iam_role.deployer.id
  policy = data.aws_iam_policy_document.deployer.json
}
