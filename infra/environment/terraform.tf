terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # Bucket and key are named on the command line, as each environment has a state of its own; the region is AWS_REGION's.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = local.platform.region

  default_tags {
    tags = {
      Project     = local.platform.name
      Environment = var.environment
      ManagedBy   = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}

locals {
  platform = jsondecode(file(coalesce(var.manifest, "${path.module}/../../platform.json")))
  services = { for name, service in local.platform.services : name => service if try(service.deployed, true) }

  secrets = try(local.platform.secrets, {})

  # What the manifest says of this environment; what it is promoted from is read, never written.
  environment   = local.platform.environments[var.environment]
  promotes_from = try(local.environment.promotesFrom, null)
  approval      = try(local.environment.approval, false)

  name     = "${local.platform.name}-${var.environment}"
  account  = data.aws_caller_identity.current.account_id
  region   = local.platform.region
  registry = "${local.account}.dkr.ecr.${local.region}.amazonaws.com"

  # Those that are called through the load balancer, with what the manifest does not say (dagger/platform/service.ts); a worker
  # has no port, and is called by nobody.
  routed = {
    for name, service in local.services : name => {
      port = service.port
      path = try(service.path, "/")
      host = try(service.host, null)
      live = try(service.health.live, service.health.path, "${trimsuffix(try(service.path, "/"), "/")}/health/live")
    } if try(service.port, null) != null
  }

  # Without a website there is no CloudFront, and users reach the load balancer.
  has_site = try(local.platform.site, null) != null
  public   = var.alb_ingress == "public" || !local.has_site

  # A load balancer's own name can have no certificate: HTTPS to it needs a domain of one's own.
  https = var.certificate_arn != null
}
