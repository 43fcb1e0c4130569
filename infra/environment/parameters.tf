locals {
  load_balancer_url = local.https ? "https://${var.api_domain}" : "http://${aws_lb.api.dns_name}"
  site_url          = local.has_site ? "https://${aws_cloudfront_distribution.site[0].domain_name}" : null

  # How many proxies have each added an address to X-Forwarded-For before a task sees it: the caller's own is that many from
  # the end, and what is before it the caller may have made up.
  trusted_hops = local.public ? 1 : 2

  # Names and shapes are the module's, in dagger/platform/infrastructure.ts: JSON where a value is not a text. A parameter
  # takes 4,096 characters, hence one for each service.
  parameters = merge(local.service_parameters, local.site_parameters, {
    cluster   = aws_ecs_cluster.main.name
    publicUrl = local.public ? local.load_balancer_url : local.site_url
    registry  = local.registry

    # As CloudWatch knows it
    loadBalancer = aws_lb.api.arn_suffix

    secrets = jsonencode({ for name, secret in aws_secretsmanager_secret.service : name => secret.arn })

    network = jsonencode({
      subnets        = [for subnet in aws_subnet.public : subnet.id]
      securityGroups = [aws_security_group.tasks.id, aws_security_group.database.id]
      assignPublicIp = "ENABLED"
    })

    roles = jsonencode(merge(
      {
        execution = aws_iam_role.execution.arn
        task      = aws_iam_role.task.arn
        deployer  = aws_iam_role.deployer.arn
      },
      local.shifts ? { loadBalancing = aws_iam_role.load_balancing[0].arn } : {},
    ))

    deploymentsBucket = aws_s3_bucket.private["deployments"].bucket
  })

  site_parameters = {
    for distribution in aws_cloudfront_distribution.site : "site" => jsonencode({
      bucket       = aws_s3_bucket.private["site"].bucket
      distribution = distribution.id
      url          = local.site_url
    })
  }

  service_parameters = {
    for name, _ in local.services : "services/${name}" => jsonencode(merge(local.shifts && contains(keys(local.routed), name) ? {
      alternateTargetGroup = aws_lb_target_group.alternate[name].arn
      listenerRule         = aws_lb_listener_rule.shifting[name].arn
      } : {},
      contains(keys(local.routed), name) ? { targetGroup = aws_lb_target_group.service[name].arn } : {},
      {
        logGroup  = aws_cloudwatch_log_group.service[name].name
        alarms    = local.alarms[name]
        variables = { TRUSTED_HOPS = tostring(local.trusted_hops) }
    }))
  }
}

# Where the module finds the environment.
resource "aws_ssm_parameter" "module" {
  #checkov:skip=CKV2_AWS_34:Names and ARNs, which are no secrets.
  for_each = local.parameters

  name  = "/${local.platform.name}/${var.environment}/${each.key}"
  type  = "String"
  value = each.value
}
