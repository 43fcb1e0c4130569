locals {
  oidc_provider = "token.actions.githubusercontent.com"

  # As GitHub's ID tokens name it: with IDs, which outlive a name that somebody else takes, or by its names alone.
  repository_names   = split("/", var.github_repository)
  trusted_repository = var.github_owner_id == null ? var.github_repository : "${local.repository_names[0]}@${var.github_owner_id}/${local.repository_names[1]}@${var.github_repository_id}"

  # The jobs of this repository that may have a role. GitHub gives no ID token to a pull request from a fork.
  workflow_jobs = {
    # In the GitHub environment of this name, whose rules say who may deploy to it, and from where.
    deployer = ["environment:${var.environment}"]
    # The job that plans a deploy; and where nobody has to approve one, a pull request, whose code anybody who may push has written.
    planner = concat(["environment:${var.environment}-plan"], local.approval ? [] : ["pull_request"])
  }

  # An access key that lies on a laptop for years is worth less than production: there it takes a code from its owner, too.
  roles_with_mfa = local.approval ? ["deployer"] : []
}

data "aws_iam_policy_document" "trust" {
  #checkov:skip=CKV_AWS_358:The repository is a variable, whose validation admits one repository and no wildcard.
  for_each = local.workflow_jobs

  statement {
    sid     = "GitHub"
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::${local.account}:oidc-provider/${local.oidc_provider}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.oidc_provider}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.oidc_provider}:sub"
      values   = [for job in each.value : "repo:${local.trusted_repository}:${job}"]
    }
  }

  statement {
    sid     = "Laptop"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account}:user/${local.platform.name}-deployer"]
    }

    dynamic "condition" {
      for_each = contains(local.roles_with_mfa, each.key) ? [1] : []

      content {
        test     = "Bool"
        variable = "aws:MultiFactorAuthPresent"
        values   = ["true"]
      }
    }
  }
}
