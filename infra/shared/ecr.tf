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
  # What is promoted from comes after what it is promoted to: an image is the first rule's that matches it, so that staging's
  # rule cannot expire what production runs.
  origins = { for name, environment in local.platform.environments : name => try(environment.promotesFrom, null) if !try(environment.local, false) }
  depths  = { for name, origin in local.origins : name => origin == null ? 0 : local.origins[origin] == null ? 1 : 2 }
  ordered = flatten([for depth in [2, 1, 0] : [for name, own in local.depths : name if own == depth]])

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
        countNumber    = 2 * try(local.platform.history.deployments, 17)
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
