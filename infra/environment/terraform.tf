terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # The bucket and the key are named on the command line: each environment has a state of its own.
  backend "s3" {
    region       = "sa-east-1"
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
  platform = jsondecode(file("${path.module}/../../platform.json"))
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

  public = var.alb_ingress == "public"

  # A load balancer's own name can have no certificate: HTTPS to it needs a domain of one's own.
  https = var.certificate_arn != null
}
