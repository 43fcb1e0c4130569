resource "aws_ecr_repository" "service" {
  #checkov:skip=CKV_AWS_51:Tags such as a branch's name and "latest" move. A deploy pins digests, and publish refuses to move a SHA's tag.
  #checkov:skip=CKV_AWS_136:Images hold no secrets; AWS's own key encrypts them without a cost per request.
  for_each = local.services

  name                 = "${local.platform.name}/${each.key}"
  image_tag_mutability = "MUTABLE"
  # Without it a repository that holds an image cannot be destroyed.
  force_delete = true

  image_scanning_configuration {
    scan_on_push = true
  }
}

locals {
  # An environment is a .tfvars. Staging last: what it promotes is production's too, and an image is the first rule's that
  # matches it, so that staging's rule cannot expire what production runs.
  environments = [for file in fileset("${path.module}/../environment", "*.tfvars") : trimsuffix(file, ".tfvars")]
  ordered      = concat([for name in local.environments : name if name != "staging"], [for name in local.environments : name if name == "staging"])

  # A deploy tags what it runs as <environment>-<number>. Twice the history: after a rollback an old image runs, and newer ones
  # count before it. AWS has no rule that only keeps.
  kept_for_environments = [
    for index, name in local.ordered : {
      rulePriority = index + 1
      description  = "Keep what ${name} runs and can go back to"
      selection = {
        tagStatus      = "tagged"
        tagPatternList = ["${name}-*"]
        countType      = "imageCountMoreThan"
        countNumber    = 2 * local.platform.history.deployments
      }
      action = { type = "expire" }
    }
  ]
}

resource "aws_ecr_lifecycle_policy" "service" {
  for_each = aws_ecr_repository.service

  repository = each.value.name

  # The lowest number is evaluated first, and an image that it matches is out of the later rules' reach.
  policy = jsonencode({
    rules = concat(local.kept_for_environments, [
      {
        rulePriority = length(local.ordered) + 1
        description  = "Keep the last 10 images that no environment has run"
        selection = {
          # Not "any": SBOMs and signatures bear no tag. AWS removes them with the image that they belong to.
          tagStatus      = "tagged"
          tagPatternList = ["*"]
          countType      = "imageCountMoreThan"
          countNumber    = 10
        }
        action = { type = "expire" }
      },
    ])
  })
}
