# GitHub's workflows trade their ID token for a role of an environment. AWS checks the certificate by its own list of
# authorities, so that no thumbprint is needed here.
resource "aws_iam_openid_connect_provider" "github" {
  count = var.identity_provider ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

# For a deploy from a laptop: to staging, and to production with a second factor, for which production's role asks. Its access
# key is made by hand where it is needed: made here, it would be in the state.
resource "aws_iam_user" "deployer" {
  #checkov:skip=CKV_AWS_273:A user for people who have no single sign-on; it can do nothing but assume the environments' roles.
  name = "${local.platform.name}-deployer"
  # Without it a user with an access key, which Terraform does not know of, cannot be destroyed.
  force_destroy = true
}

data "aws_caller_identity" "current" {}

resource "aws_iam_user_policy" "deployer" {
  #checkov:skip=CKV_AWS_40:One user, with one policy; a group would hold nobody else.
  name = "assume-environment-roles"
  user = aws_iam_user.deployer.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Resource = [
          "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/${local.platform.name}-*-deployer",
          "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/${local.platform.name}-*-planner",
        ]
      },
    ]
  })
}
