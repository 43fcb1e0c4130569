variable "environment" {
  description = "Which environment this is; its tfvars file sets it"
  type        = string

  validation {
    condition     = contains([for name, environment in local.platform.environments : name if !try(environment.local, false)], var.environment)
    error_message = "Expected an environment of platform.json that is in AWS: ${join(", ", [for name, environment in local.platform.environments : name if !try(environment.local, false)])}."
  }
}

variable "manifest" {
  description = "The platform.json that says what to make; default: that of the repository that this folder is in"
  type        = string
  default     = null
}

variable "disposable" {
  description = "Whether the environment may be destroyed and made again at any time; without it, data and the load balancer are kept from a slip"
  type        = bool
  default     = false
}

variable "github_repository" {
  description = "The GitHub repository whose workflows may deploy, as owner/name"
  type        = string

  validation {
    # No wildcard: it would let other repositories' workflows deploy.
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "Expected owner/name, such as octocat/cat-house. IDs have variables of their own: github_owner_id and github_repository_id."
  }
}

variable "github_owner_id" {
  description = "ID of the repository's owner, where GitHub's ID tokens name IDs: those of a repository that was created, renamed or transferred after 15 July 2026, or has opted in (infra/README.md). Goes with github_repository_id"
  type        = string
  default     = null

  validation {
    condition     = var.github_owner_id == null || can(regex("^[1-9][0-9]*$", var.github_owner_id))
    error_message = "Expected the ID as a number: gh api repos/OWNER/NAME --jq .owner.id"
  }

  validation {
    condition     = (var.github_owner_id == null) == (var.github_repository_id == null)
    error_message = "github_owner_id and github_repository_id go together: an ID token names both, or none. Read them: gh api repos/OWNER/NAME --jq .owner.id,.id"
  }
}

variable "github_repository_id" {
  description = "ID of the repository; goes with github_owner_id"
  type        = string
  default     = null

  validation {
    condition     = var.github_repository_id == null || can(regex("^[1-9][0-9]*$", var.github_repository_id))
    error_message = "Expected the ID as a number: gh api repos/OWNER/NAME --jq .id"
  }
}

variable "alb_ingress" {
  description = "Whom the load balancer admits: \"cloudfront\", or \"public\" for everybody, past CloudFront"
  type        = string
  default     = "cloudfront"

  validation {
    condition     = contains(["cloudfront", "public"], var.alb_ingress)
    error_message = "Expected cloudfront or public."
  }
}

variable "certificate_arn" {
  description = "ARN of an ACM certificate in the platform's region for api_domain. Without it CloudFront calls the load balancer over plain HTTP: requests, with tokens and passwords, cross AWS's network unencrypted"
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:aws:acm:[a-z0-9-]+:\\d{12}:certificate/", var.certificate_arn))
    error_message = "Expected the ARN of an ACM certificate."
  }

  validation {
    condition     = (var.certificate_arn == null) == (var.api_domain == null)
    error_message = "certificate_arn and api_domain go together: CloudFront checks the certificate against the domain."
  }
}

variable "api_domain" {
  description = "Domain of the load balancer, such as api.example.com, whose DNS record (CNAME or alias) leads to it; goes with certificate_arn"
  type        = string
  default     = null

  validation {
    condition     = var.api_domain == null || can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.api_domain))
    error_message = "Expected a domain, such as api.example.com."
  }
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps the services' logs"
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_retention_days)
    error_message = "Expected a number of days that CloudWatch takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180 or 365."
  }
}

variable "outbound_ports" {
  description = "Services whose tasks call addresses on the Internet that others chose, and the ports that they reach there; each such service has a security group of its own"
  type        = map(list(number))
  default     = {}

  validation {
    condition     = alltrue(flatten([for ports in values(var.outbound_ports) : [for port in ports : port >= 1 && port <= 65535 && port != 5432]]))
    error_message = "Expected ports from 1 to 65535, such as { proxy = [443, 8443] }. 5432 is the database's: database_cidrs."
  }
}

variable "database_cidrs" {
  description = "Where the database is, as addresses that tasks reach on 5432. Neon's addresses change; where it is reached by a private endpoint, or through a proxy with a fixed address, name that alone"
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.database_cidrs) > 0 && alltrue([for cidr in var.database_cidrs : can(cidrhost(cidr, 0))])
    error_message = "Expected CIDR blocks, such as [\"203.0.113.7/32\"]."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the environment's network; it is cut into /24 subnets"
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.vpc_cidr, 8, 1))
    error_message = "Expected a CIDR block such as 10.0.0.0/16."
  }
}
