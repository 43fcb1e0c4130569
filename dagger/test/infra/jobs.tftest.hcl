mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment       = "staging"
  github_repository = "octocat/letters"
}

run "an_environment_with_a_job_of_its_own_time" {
  assert {
    condition     = keys(aws_scheduler_schedule.job) == ["report"] && aws_scheduler_schedule.job["report"].schedule_expression == "cron(0 6 ? * MON-FRI *)" && aws_scheduler_schedule.job["report"].schedule_expression_timezone == "Europe/Berlin"
    error_message = "The schedule is the manifest's."
  }

  assert {
    condition     = aws_scheduler_schedule.job["report"].target[0].ecs_parameters[0].task_definition_arn == aws_ecs_task_definition.job["report"].arn_without_revision
    error_message = "A schedule starts the last revision of the job's family, which a deploy registers."
  }

  assert {
    condition     = aws_scheduler_schedule.job["report"].target[0].ecs_parameters[0].network_configuration[0].security_groups == toset(local.groups_of_service["desk"])
    error_message = "A job is in its service's network."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.scheduler.statement : statement.actions
    ] == [toset(["ecs:RunTask"]), toset(["iam:PassRole"])]
    error_message = "The scheduler starts jobs, and does nothing else."
  }

  assert {
    condition = data.aws_iam_policy_document.scheduler.statement[0].resources == toset([
      "arn:aws:ecs:eu-central-1:123456789012:task-definition/letters-staging-report",
      "arn:aws:ecs:eu-central-1:123456789012:task-definition/letters-staging-report:*",
    ])
    error_message = "It starts no other task definition."
  }

  assert {
    condition     = !contains(keys(aws_ecs_service.service), "report") && length(local.routed) == 1
    error_message = "A job is no service, and a worker is not routed to."
  }
}
