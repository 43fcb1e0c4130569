# No NAT gateway, which costs more than all of the tasks: they are in public subnets and have public addresses, to fetch
# images and to reach Neon, and admit nothing but the load balancer.
resource "aws_vpc" "main" {
  #checkov:skip=CKV2_AWS_11:Flow logs cost by volume; the services' own logs and the load balancer's health say what fails.
  cidr_block = var.vpc_cidr

  tags = { Name = local.name }
}

# AWS's default group admits all of its members to each other; without rules nobody uses it by mistake.
resource "aws_default_security_group" "unused" {
  vpc_id = aws_vpc.main.id
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = local.name }
}

data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:The first two by name are taken; a new zone comes after them.
  state = "available"

  # Local Zones, where an account has opted in, have no load balancers.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  # A load balancer needs two zones.
  zones = { for index, zone in slice(sort(data.aws_availability_zones.available.names), 0, 2) : zone => index }
}

resource "aws_subnet" "public" {
  for_each = local.zones

  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, each.value)

  tags = { Name = "${local.name}-${each.key}" }
}

# The load balancer's, behind CloudFront: the VPC's own route table leads nowhere but to the VPC.
resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, 10 + each.value)

  tags = { Name = "${local.name}-private-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }

  tags = { Name = local.name }
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}
