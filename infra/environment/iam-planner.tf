# For terraform plan, such as of a pull request, and for the plan of a deploy: it reads what this configuration makes, and no secret's value.
resource "aws_iam_role" "planner" {
  name               = "${local.name}-planner"
  assume_role_policy = data.aws_iam_policy_document.trust["planner"].json
}

data "aws_iam_policy_document" "planner" {
  #checkov:skip=CKV_AWS_356:Descriptions of resources, which AWS mostly limits by nothing. None is a secret's value.

  statement {
    sid = "Descriptions"
    actions = [
      "application-autoscaling:Describe*",
      "application-autoscaling:ListTagsForResource",
      "cloudfront:Describe*",
      "cloudfront:Get*",
      "cloudfront:List*",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:ListTagsForResource",
      "ec2:Describe*",
      "ec2:GetManagedPrefixListEntries",
      "ecr:DescribeRepositories",
      "ecr:GetLifecyclePolicy",
      "ecr:ListTagsForResource",
      "ecs:Describe*",
      "ecs:List*",
      "elasticloadbalancing:Describe*",
      "events:DescribeRule",
      "events:ListTagsForResource",
      "events:ListTargetsByRule",
      "iam:GetOpenIDConnectProvider",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:GetUser",
      "iam:GetUserPolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "logs:DescribeLogGroups",
      "logs:DescribeMetricFilters",
      "logs:DescribeResourcePolicies",
      "logs:ListTagsForResource",
      "scheduler:GetSchedule",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy",
      "ssm:DescribeParameters",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "Parameters"
    actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:ListTagsForResource"]
    resources = ["arn:aws:ssm:${local.region}:${local.account}:parameter/${local.platform.name}/${var.environment}/*"]
  }

  # Where an environment is, for status, history and plan: AWS asks for the path itself.
  statement {
    sid       = "Path"
    actions   = ["ssm:GetParametersByPath"]
    resources = local.parameter_paths
  }

  # A plan tells whether the deployer may do it, and whether ECR still holds what staging ran.
  statement {
    sid       = "DeployersPermissions"
    actions   = ["iam:SimulatePrincipalPolicy"]
    resources = [aws_iam_role.deployer.arn]
  }

  statement {
    sid       = "Images"
    actions   = ["ecr:BatchGetImage"]
    resources = local.repository_arns
  }

  # What has been deployed, and who holds the lock. None of it is a secret.
  statement {
    sid       = "Records"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.private["deployments"].arn}/*"]
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
    actions   = ["s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [for bucket in aws_s3_bucket.private : bucket.arn]
  }

  # The bucket's name is README.md's. Without the right to write a lock: terraform plan -lock=false.
  statement {
    sid       = "State"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [for path in ["", "/*"] : "arn:aws:s3:::${local.platform.name}-terraform-${local.account}${path}"]
  }
}

resource "aws_iam_role_policy" "planner" {
  name   = "plan"
  role   = aws_iam_role.planner.id
  policy = data.aws_iam_policy_document.planner.json
}
