mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment       = "staging"
  github_repository = "octocat/cat-house"
}

run "an_environment_that_shifts_traffic" {
  assert {
    condition     = keys(aws_lb_target_group.alternate) == keys(aws_lb_target_group.service) && length(aws_lb_listener_rule.service) == 0
    error_message = "Each service has a second target group, and one rule of both."
  }

  assert {
    condition = alltrue([
      for name, rule in aws_lb_listener_rule.shifting :
      [for group in rule.action[0].forward[0].target_group : group.weight] == [100, 0] || [for group in rule.action[0].forward[0].target_group : group.weight] == [0, 100]
    ])
    error_message = "A rule begins with all requests on one side."
  }

  assert {
    condition = alltrue([
      for name, _ in aws_ecs_service.service :
      jsondecode(aws_ssm_parameter.module["services/${name}"].value).alternateTargetGroup == aws_lb_target_group.alternate[name].arn &&
      jsondecode(aws_ssm_parameter.module["services/${name}"].value).listenerRule == aws_lb_listener_rule.shifting[name].arn
    ])
    error_message = "The module is told of both."
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.module["roles"].value).loadBalancing == aws_iam_role.load_balancing[0].arn
    error_message = "The module hands the role over that ECS shifts traffic with."
  }

  assert {
    condition     = length(local.alarms["catalog"]) == 5
    error_message = "Both target groups of a service have their alarms."
  }
}
