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

resource "aws_ecr_lifecycle_policy" "service" {
  for_each = aws_ecr_repository.service

  repository = each.value.name

  # The lowest number is evaluated first, and an image belongs to the first rule that matches it. AWS has no rule that
  # only keeps: one that would expire beyond a thousand keeps what production has run out of the second rule's reach.
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Keep what production has run"
        selection = {
          tagStatus      = "tagged"
          tagPatternList = ["production-*"]
          countType      = "imageCountMoreThan"
          countNumber    = 1000
        }
        action = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "Keep the last 10 images"
        selection = {
          # Not "any": SBOMs and signatures bear no tag. AWS removes them with the image that they belong to.
          tagStatus      = "tagged"
          tagPatternList = ["*"]
          countType      = "imageCountMoreThan"
          countNumber    = 10
        }
        action = { type = "expire" }
      },
    ]
  })
}
