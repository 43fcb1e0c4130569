output "deployer_role" {
  description = "ARN of the role that a deploy assumes"
  value       = aws_iam_role.deployer.arn
}

output "planner_role" {
  description = "ARN of the read-only role for terraform plan"
  value       = aws_iam_role.planner.arn
}

output "url" {
  description = "Where the platform is called"
  value       = local.parameters.publicUrl
}
