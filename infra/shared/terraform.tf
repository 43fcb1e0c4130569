terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # The bucket is named on the command line: it holds the account's number.
  backend "s3" {
    key          = "shared.tfstate"
    region       = "sa-east-1"
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
  platform = jsondecode(file("${path.module}/../../platform.json"))
  services = { for name, service in local.platform.services : name => service if try(service.deployed, true) }
}
