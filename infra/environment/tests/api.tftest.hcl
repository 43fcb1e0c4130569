mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment       = "staging"
  github_repository = "octocat/cat-house"
  outbound_ports    = { proxy = [443] }
}

run "the_api_of_staging" {
  # Services wait for their first deploy

  assert {
    condition     = toset(keys(aws_ecs_service.service)) == toset(["auth", "catalog", "installation", "proxy"])
    error_message = "One ECS service for each service that is deployed, and none for the health aggregator."
  }

  assert {
    condition     = alltrue([for service in aws_ecs_service.service : service.desired_count == 0])
    error_message = "A placeholder image cannot start: a service begins at 0 tasks."
  }

  assert {
    condition = alltrue([
      for service in aws_ecs_service.service :
      service.deployment_circuit_breaker[0].enable && service.deployment_circuit_breaker[0].rollback
    ])
    error_message = "ECS must roll back by itself what does not start."
  }

  assert {
    condition = alltrue([
      for name, service in aws_ecs_service.service :
      service.alarms[0].enable && service.alarms[0].rollback &&
      toset(service.alarms[0].alarm_names) == toset([for kind in ["5xx", "slow", "restarts"] : "cat-house-staging-${name}-${kind}"])
    ])
    error_message = "ECS must roll back what fails its users: each service has its three alarms."
  }

  assert {
    condition = alltrue([
      for name, _ in aws_ecs_service.service :
      toset(jsondecode(aws_ssm_parameter.module["services/${name}"].value).alarms) == toset(aws_ecs_service.service[name].alarms[0].alarm_names)
    ])
    error_message = "A deploy that bakes looks at the same alarms."
  }

  assert {
    condition     = alltrue([for service in aws_ecs_service.service : service.health_check_grace_period_seconds > 0])
    error_message = "Without a grace period a slow start ends the task."
  }

  # Task definitions are those of the module

  assert {
    condition = alltrue([
      for name, definition in aws_ecs_task_definition.service :
      definition.family == "cat-house-staging-${name}" && jsondecode(definition.container_definitions)[0].name == name
    ])
    error_message = "Family and container must be named as dagger/delivery/ecs/task-definition.ts names them."
  }

  assert {
    condition = alltrue(flatten([
      for definition in aws_ecs_task_definition.service : [
        for variable in jsondecode(definition.container_definitions)[0].environment : !contains(["DATABASE_URL", "JWT_SECRET", "ENCRYPTION_KEY"], variable.name)
      ]
    ]))
    error_message = "A secret comes from Secrets Manager, never as a plain variable."
  }

  assert {
    condition     = [for secret in jsondecode(aws_ecs_task_definition.service["auth"].container_definitions)[0].secrets : secret.name] == ["DATABASE_URL", "JWT_SECRET"]
    error_message = "A service gets the secrets that the manifest says, and no others."
  }

  assert {
    condition     = alltrue([for name, group in aws_cloudwatch_log_group.service : group.name == "/cat-house/staging/${name}" && group.retention_in_days == 30])
    error_message = "Logs are kept for a limited time, where the module looks for them."
  }

  # The load balancer routes by path

  assert {
    condition     = toset(flatten([for rule in aws_lb_listener_rule.service : [for condition in rule.condition : [for pattern in condition.path_pattern : pattern.values]]])) == toset(flatten([for name in ["auth", "catalog", "installation", "proxy"] : ["/api/v1/${name}", "/api/v1/${name}/*"]]))
    error_message = "Each service has its path, bare and with what follows."
  }

  assert {
    condition     = alltrue([for name, group in aws_lb_target_group.service : group.health_check[0].path == "/api/v1/${name}/health/live" && tonumber(group.deregistration_delay) == 30])
    error_message = "Targets are checked on their own health route, and drained for 30 s."
  }

  assert {
    condition     = aws_lb_listener.api.default_action[0].fixed_response[0].status_code == "404" && aws_lb_listener_rule.health[0].action[0].fixed_response[0].status_code == "200"
    error_message = "A path of no service is not found; /health is the load balancer's own."
  }

  assert {
    condition     = aws_lb_listener.api.protocol == "HTTP" && length(aws_lb_listener.redirect) == 0
    error_message = "Without a certificate there is no HTTPS."
  }

  # Only CloudFront reaches the load balancer and only that the tasks

  assert {
    condition     = aws_lb.api.internal && toset(aws_lb.api.subnets) == toset([for subnet in aws_subnet.private : subnet.id])
    error_message = "The load balancer has no address on the Internet."
  }

  assert {
    condition = (
      [for origin in aws_cloudfront_distribution.site[0].origin : [for config in origin.vpc_origin_config : config.vpc_origin_id] if origin.origin_id == "api"] == [["vo_mock"]]
      && [for origin in aws_cloudfront_vpc_origin.api : origin.vpc_origin_endpoint_config[0].arn] == [aws_lb.api.arn]
      && alltrue([for origin in aws_cloudfront_distribution.site[0].origin : length(origin.custom_origin_config) == 0])
    )
    error_message = "CloudFront reaches it by a private connection into the VPC."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.cloudfront) == 1 && aws_vpc_security_group_ingress_rule.cloudfront[0].prefix_list_id == "pl-cloudfront" && length(aws_vpc_security_group_ingress_rule.public) == 0
    error_message = "By default the load balancer admits CloudFront's addresses only."
  }

  assert {
    condition = alltrue([
      for rule in aws_vpc_security_group_ingress_rule.tasks :
      rule.referenced_security_group_id == aws_security_group.load_balancer.id && rule.cidr_ipv4 == null && rule.from_port == 8002 && rule.to_port == 8005
    ])
    error_message = "A task admits the load balancer on the services' ports, and nobody else."
  }

  assert {
    condition     = alltrue([for service in aws_ecs_service.service : service.network_configuration[0].assign_public_ip])
    error_message = "Without a NAT gateway, tasks need public addresses, behind their security groups."
  }

  # Tasks reach what they need

  assert {
    condition = local.groups_of_service == {
      for name in ["auth", "catalog", "installation", "proxy"] :
      name => [name == "proxy" ? aws_security_group.outbound["proxy"].id : aws_security_group.tasks.id, aws_security_group.database.id]
    }
    error_message = "Proxy, which calls addresses that others chose, has a group of its own."
  }

  assert {
    condition     = alltrue([for name, service in aws_ecs_service.service : toset(service.network_configuration[0].security_groups) == toset(local.groups_of_service[name])])
    error_message = "A service's tasks are in its groups."
  }

  assert {
    condition = (
      [for rule in aws_vpc_security_group_egress_rule.database : "${rule.security_group_id} ${rule.cidr_ipv4} ${rule.to_port}"] == ["${aws_security_group.database.id} 0.0.0.0/0 5432"]
      && alltrue([for rule in concat(values(aws_vpc_security_group_egress_rule.aws), values(aws_vpc_security_group_egress_rule.outbound)) : rule.from_port == 443 && rule.to_port == 443])
    )
    error_message = "Only what has the database's URL reaches 5432, and by default nothing reaches another port than 443 beside."
  }

  assert {
    condition     = keys(aws_subnet.public) == ["sa-east-1a", "sa-east-1b"]
    error_message = "A load balancer needs two zones."
  }
}

run "alb_ingress_opens_the_load_balancer" {
  variables {
    alb_ingress = "public"
  }

  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.public) == ["80"] && length(aws_vpc_security_group_ingress_rule.cloudfront) == 0
    error_message = "Public means everybody."
  }

  assert {
    condition     = !aws_lb.api.internal && toset(aws_lb.api.subnets) == toset([for subnet in aws_subnet.public : subnet.id]) && length(aws_cloudfront_vpc_origin.api) == 0
    error_message = "A public load balancer has addresses on the Internet, by which CloudFront calls it, too."
  }

  assert {
    condition     = aws_ssm_parameter.module["publicUrl"].value == "http://mock.elb.amazonaws.com"
    error_message = "A public load balancer is where the platform is called."
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.module["services/auth"].value).variables.TRUSTED_HOPS == "1"
    error_message = "A caller reaches a public load balancer without CloudFront, whose address it could then make up."
  }
}

run "a_certificate_makes_it_https_from_end_to_end" {
  variables {
    certificate_arn = "arn:aws:acm:sa-east-1:123456789012:certificate/mock"
    api_domain      = "api.example.com"
  }

  assert {
    condition     = aws_lb_listener.api.protocol == "HTTPS" && aws_lb_listener.api.port == 443 && aws_lb_listener.redirect[0].default_action[0].type == "redirect"
    error_message = "HTTPS, and HTTP leads there."
  }

  assert {
    condition = (
      [for origin in aws_cloudfront_distribution.site[0].origin : origin.domain_name if origin.origin_id == "api"] == ["api.example.com"]
      && [for origin in aws_cloudfront_vpc_origin.api : origin.vpc_origin_endpoint_config[0].origin_protocol_policy] == ["https-only"]
    )
    error_message = "CloudFront checks the certificate against the origin's domain."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 443
    error_message = "The prefix list fits into a group's rules once: for the port that is used."
  }
}

run "endpoints_and_database_can_be_named" {
  variables {
    database_cidrs = ["203.0.113.7/32"]
    outbound_ports = { proxy = [443, 8443], nothing = [8444] }
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.database : rule.cidr_ipv4] == ["203.0.113.7/32"]
    error_message = "A database with a known address is the only one that is reached."
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.outbound : "${rule.security_group_id} ${rule.to_port}"] == ["${aws_security_group.outbound["proxy"].id} 8443"]
    error_message = "Another port for endpoints is proxy's alone."
  }
}

run "the_databases_port_is_none_of_an_endpoint" {
  command = plan

  variables {
    outbound_ports = { proxy = [443, 5432] }
  }

  expect_failures = [var.outbound_ports]
}

run "half_of_https_is_refused" {
  command = plan

  variables {
    api_domain = "api.example.com"
  }

  expect_failures = [var.certificate_arn]
}

run "another_environment_is_refused" {
  command = plan

  variables {
    environment = "local"
  }

  expect_failures = [var.environment]
}
