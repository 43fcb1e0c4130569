# What AWS would answer in the tests that run without it.

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_availability_zones" {
  defaults = { names = ["sa-east-1c", "sa-east-1a", "sa-east-1b"] }
}

mock_data "aws_ec2_managed_prefix_list" {
  defaults = { id = "pl-cloudfront" }
}

mock_data "aws_iam_policy_document" {
  defaults = { json = "{}" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
}

mock_resource "aws_lb" {
  defaults = { arn = "arn:aws:elasticloadbalancing:sa-east-1:123456789012:loadbalancer/app/mock/0", dns_name = "mock.elb.amazonaws.com" }
}

mock_resource "aws_lb_listener" {
  defaults = { arn = "arn:aws:elasticloadbalancing:sa-east-1:123456789012:listener/app/mock/0/0" }
}

mock_resource "aws_lb_target_group" {
  defaults = { arn = "arn:aws:elasticloadbalancing:sa-east-1:123456789012:targetgroup/mock/0" }
}

mock_resource "aws_secretsmanager_secret" {
  defaults = { arn = "arn:aws:secretsmanager:sa-east-1:123456789012:secret:mock" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:sa-east-1:123456789012:log-group:mock" }
}

mock_resource "aws_ecs_task_definition" {
  defaults = { arn = "arn:aws:ecs:sa-east-1:123456789012:task-definition/mock:1", arn_without_revision = "arn:aws:ecs:sa-east-1:123456789012:task-definition/mock" }
}

mock_resource "aws_cloudfront_function" {
  defaults = { arn = "arn:aws:cloudfront::123456789012:function/mock" }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = { id = "EMOCK", arn = "arn:aws:cloudfront::123456789012:distribution/EMOCK", domain_name = "mock.cloudfront.net" }
}

mock_resource "aws_cloudfront_vpc_origin" {
  defaults = { id = "vo_mock" }
}

mock_resource "aws_ecs_cluster" {
  defaults = { arn = "arn:aws:ecs:sa-east-1:123456789012:cluster/mock" }
}
