terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # The bucket is named on the command line, as it holds the account's number; the region is AWS_REGION's.
  backend "s3" {
    key          = "shared.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = local.platform.region

  default_tags {
    tags = {
      Project   = local.platform.name
      ManagedBy = "terraform"
    }
  }
}

locals {
  platform = jsondecode(file(coalesce(var.manifest, "${path.module}/../../platform.json")))
  services = { for name, service in local.platform.services : name => service if try(service.deployed, true) }
}
