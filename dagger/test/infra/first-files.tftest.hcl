mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  github_repository = "acme/acme"
  manifest          = "./acme.json"
}

run "what_init_has_written" {
  assert {
    condition     = keys(aws_ecs_service.service) == ["mailer", "shop", "stock"] && keys(local.routed) == ["shop", "stock"]
    error_message = "A service for each Dockerfile, and a route for each that EXPOSEs a port."
  }

  assert {
    condition     = aws_lb_target_group.service["stock"].health_check[0].path == "/stock/health"
    error_message = "The load balancer asks each task what its sources name."
  }
}
