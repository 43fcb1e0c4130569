output "repositories" {
  description = "URL of each service's image repository"
  value       = { for name, repository in aws_ecr_repository.service : name => repository.repository_url }
}

output "deployer_user" {
  description = "ARN of the user that may assume the environments' roles; its access key is made by hand"
  value       = aws_iam_user.deployer.arn
}
