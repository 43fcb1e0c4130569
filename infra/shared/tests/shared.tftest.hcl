mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

run "repositories" {
  command = plan

  assert {
    condition     = toset(keys(aws_ecr_repository.service)) == toset(["auth", "catalog", "installation", "proxy"])
    error_message = "One repository for each service that is deployed, and none for the health aggregator."
  }

  assert {
    condition     = alltrue([for name, repository in aws_ecr_repository.service : repository.name == "cat-house/${name}"])
    error_message = "The module looks for cat-house/<service>."
  }

  assert {
    condition = alltrue([
      for repository in aws_ecr_repository.service :
      repository.image_tag_mutability == "MUTABLE" && repository.force_delete
      && repository.image_scanning_configuration[0].scan_on_push
    ])
    error_message = "Tags move, images are scanned, and a repository can be destroyed."
  }
}

run "lifecycle" {
  command = plan

  assert {
    condition = alltrue([
      for policy in aws_ecr_lifecycle_policy.service : [
        for rule in jsondecode(policy.policy).rules : "${rule.rulePriority} ${rule.selection.tagStatus} ${one(rule.selection.tagPatternList)}"
      ] == ["1 tagged production-*", "2 tagged staging-*", "3 tagged *"]
    ])
    error_message = "What an environment runs is matched before the rule that expires images, and what production runs before staging's."
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_ecr_lifecycle_policy.service : [
        for rule in jsondecode(policy.policy).rules : rule.selection.countNumber >= local.platform.history.deployments
        if one(rule.selection.tagPatternList) != "*"
      ]
    ]))
    error_message = "An environment can go back to each deployment in its history: none of their images may have expired."
  }
}

run "identities" {
  command = plan

  assert {
    condition     = aws_iam_openid_connect_provider.github[0].url == "https://token.actions.githubusercontent.com" && tolist(aws_iam_openid_connect_provider.github[0].client_id_list) == tolist(["sts.amazonaws.com"])
    error_message = "The audience of GitHub's ID tokens is AWS STS, and no other."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_user_policy.deployer.policy).Statement :
      statement.Action == "sts:AssumeRole" && alltrue([for arn in statement.Resource : startswith(arn, "arn:aws:iam::123456789012:role/cat-house-")])
    ])
    error_message = "The user may assume the environments' roles, and do nothing by itself."
  }
}
