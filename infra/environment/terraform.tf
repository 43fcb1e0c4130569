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

  name     = "${local.platform.name}-${var.environment}"
  account  = data.aws_caller_identity.current.account_id
  region   = local.platform.region
  registry = "${local.account}.dkr.ecr.${local.region}.amazonaws.com"

  # Staging may be destroyed and made again at any time; production's data and name are kept from a slip.
  disposable = var.environment == "staging"

  public = var.alb_ingress == "public"

  # A load balancer's own name can have no certificate: HTTPS to it needs a domain of one's own.
  https = var.certificate_arn != null
}
