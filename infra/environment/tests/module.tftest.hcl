mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment       = "staging"
  disposable        = true
  github_repository = "octocat/cat-house"
  outbound_ports    = { proxy = [443] }
}

run "what_the_module_is_told_and_allowed" {
  # Parameters are those that the module reads

  assert {
    condition     = keys(local.parameters) == ["cluster", "deploymentsBucket", "loadBalancer", "network", "publicUrl", "registry", "roles", "secrets", "services/auth", "services/catalog", "services/installation", "services/proxy", "site"]
    error_message = "The names are those that the module reads, in dagger/platform/infrastructure.ts."
  }

  assert {
    condition     = alltrue([for name, parameter in aws_ssm_parameter.module : parameter.name == "/cat-house/staging/${name}" && parameter.type == "String"])
    error_message = "Parameters are under the environment's prefix."
  }

  assert {
    condition = alltrue([
      for name, parameter in aws_ssm_parameter.module :
      keys(jsondecode(parameter.value)) == ["alarms", "logGroup", "targetGroup", "variables"] && jsondecode(parameter.value).logGroup == "/cat-house/staging/${trimprefix(name, "services/")}"
      if startswith(name, "services/")
    ])
    error_message = "Of each service: its alarms, a target group, a log group, and the variables of its tasks."
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.module["services/auth"].value).variables == { TRUSTED_HOPS = "2" }
    error_message = "CloudFront and the load balancer are between a caller and a task."
  }

  assert {
    condition     = keys(jsondecode(aws_ssm_parameter.module["secrets"].value)) == ["DATABASE_URL", "ENCRYPTION_KEY", "JWT_SECRET"]
    error_message = "By name: the ARN of each secret."
  }

  assert {
    condition     = keys(jsondecode(aws_ssm_parameter.module["network"].value)) == ["assignPublicIp", "securityGroups", "subnets"] && length(jsondecode(aws_ssm_parameter.module["network"].value).subnets) == 2
    error_message = "The network of a one-off task."
  }

  assert {
    condition     = keys(jsondecode(aws_ssm_parameter.module["roles"].value)) == ["deployer", "execution", "task"] && jsondecode(aws_ssm_parameter.module["site"].value).distribution == "EMOCK"
    error_message = "Roles and site have the shapes that the module reads."
  }

  assert {
    condition     = aws_ssm_parameter.module["publicUrl"].value == "https://mock.cloudfront.net" && aws_ssm_parameter.module["registry"].value == "123456789012.dkr.ecr.sa-east-1.amazonaws.com"
    error_message = "The platform is called through CloudFront."
  }

  # One repository's GitHub environment may deploy

  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.trust["deployer"].statement : [
        for condition in statement.condition : "${condition.test} ${one(condition.values)}" if endswith(condition.variable, ":sub")
      ]
    ]) == ["StringEquals repo:octocat/cat-house:environment:staging"]
    error_message = "The claim is compared as a whole, with this environment."
  }

  assert {
    condition     = aws_iam_role.deployer.max_session_duration >= 114 * 60
    error_message = "A deploy that has to put everything back may take 114 minutes: its credentials must outlast that."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.deployer.statement :
      !contains(statement.resources, "*") || length(statement.condition) > 0 || contains(["Unlimited", "UnusedTaskDefinitions"], statement.sid)
    ])
    error_message = "Only what AWS cannot limit is allowed on all resources."
  }

  assert {
    condition     = alltrue(flatten([for statement in data.aws_iam_policy_document.deployer.statement : [for action in statement.actions : !strcontains(action, "*")]]))
    error_message = "The deployer's actions are named one by one."
  }

  assert {
    condition     = !anytrue(flatten([for statement in data.aws_iam_policy_document.planner.statement : [for action in statement.actions : can(regex("GetSecretValue|:Put|:Create|:Update|:Delete|:Run|PassRole|:\\*$", action))]]))
    error_message = "The planner only reads, and no secret's value."
  }

  assert {
    condition     = length(local.origin) == 0 && length(local.parameter_paths) == 2
    error_message = "Staging's roles see staging alone."
  }

  assert {
    condition     = !contains(flatten([for statement in data.aws_iam_policy_document.deployer.statement : statement.actions]), "ecs:DeregisterTaskDefinition")
    error_message = "AWS cannot limit it to an environment's own task definitions: another one's could be taken away."
  }

  # Staging can be made again

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.service : secret.recovery_window_in_days == 0]) && !aws_lb.api.enable_deletion_protection && aws_s3_bucket.private["site"].force_destroy
    error_message = "Nothing of staging outlives its destruction."
  }
}

run "a_wildcard_repository_is_refused" {
  command = plan

  variables {
    github_repository = "octocat/*"
  }

  expect_failures = [var.github_repository]
}

run "a_repository_whose_tokens_name_ids_is_trusted_by_them" {
  variables {
    github_owner_id      = "583231"
    github_repository_id = "1296269"
  }

  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.trust["deployer"].statement : [
        for condition in statement.condition : "${condition.test} ${one(condition.values)}" if endswith(condition.variable, ":sub")
      ]
    ]) == ["StringEquals repo:octocat@583231/cat-house@1296269:environment:staging"]
    error_message = "The claim has the IDs behind the names, and nothing else is trusted."
  }
}

run "one_id_of_two_is_refused" {
  command = plan

  variables {
    github_owner_id = "583231"
  }

  expect_failures = [var.github_owner_id]
}

run "ids_in_the_repositorys_name_are_refused" {
  command = plan

  variables {
    github_repository = "octocat@583231/cat-house@1296269"
  }

  expect_failures = [var.github_repository]
}

run "an_id_that_is_no_number_is_refused" {
  command = plan

  variables {
    github_owner_id      = "583231"
    github_repository_id = "*"
  }

  expect_failures = [var.github_repository_id]
}

run "production_is_kept_from_a_slip" {
  variables {
    environment = "production"
    disposable  = false
  }

  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.service : secret.recovery_window_in_days == 30]) && aws_lb.api.enable_deletion_protection && !aws_s3_bucket.private["deployments"].force_destroy
    error_message = "Production's secrets and records survive, and its load balancer is protected."
  }

  assert {
    condition     = alltrue([for service in aws_ecs_service.service : service.desired_count == 0])
    error_message = "How many tasks run is the deploy's, in production too."
  }

  # Production is planned and deployed from what staging ran

  assert {
    condition = alltrue([
      for document in [data.aws_iam_policy_document.deployer, data.aws_iam_policy_document.planner] : alltrue([
        for resource, actions in {
          "arn:aws:s3:::cat-house-staging-deployments-123456789012"   = ["s3:ListBucket"]
          "arn:aws:s3:::cat-house-staging-deployments-123456789012/*" = ["s3:GetObject"]
          "arn:aws:s3:::cat-house-staging-site-123456789012/*"        = ["s3:GetObject"]
        } : flatten([for statement in document.statement : tolist(statement.actions) if contains(statement.resources, resource)]) == actions
      ])
    ])
    error_message = "Both roles read staging's records and site, and write nothing of staging."
  }

  assert {
    condition = flatten([
      for statement in data.aws_iam_policy_document.trust["planner"].statement : [
        for condition in statement.condition : sort(condition.values) if endswith(condition.variable, ":sub")
      ]
    ]) == ["repo:octocat/cat-house:environment:production-plan"]
    error_message = "The job that plans has an environment of its own, and the planner's role; a pull request has none of production's."
  }

  # A key from a laptop is not enough for production

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.trust["deployer"].statement : [
        for condition in statement.condition : "${condition.test} ${condition.variable} ${one(condition.values)}"
      ] if statement.sid == "Laptop"
    ] == [["Bool aws:MultiFactorAuthPresent true"]]
    error_message = "Whoever deploys to production with an access key needs a second factor."
  }
}
