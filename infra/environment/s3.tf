locals {
  # "site" is the website, which CloudFront alone reads; "deployments" holds the lock, the records of what was
  # deployed, and the site's releases, for the deployer to write and the planner to read.
  buckets = toset(concat(["deployments"], local.has_site ? ["site"] : []))
}

resource "aws_s3_bucket" "private" {
  #checkov:skip=CKV_AWS_18:CloudFront and the deployer are the only readers; access logs need a bucket of their own.
  #checkov:skip=CKV_AWS_144:The site is built again from git; records are of no use without the region that they tell of.
  #checkov:skip=CKV_AWS_145:S3 encrypts with a key of its own; CloudFront could not read a KMS key without a grant.
  #checkov:skip=CKV2_AWS_62:Nothing listens.
  for_each = local.buckets

  # Bucket names are unique among all accounts of AWS.
  bucket        = "${local.name}-${each.key}-${local.account}"
  force_destroy = var.disposable
}

resource "aws_s3_bucket_public_access_block" "private" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.private[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "private" {
  for_each = local.buckets

  bucket = aws_s3_bucket.private[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "private" {
  for_each = local.buckets

  bucket = aws_s3_bucket.private[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "private" {
  for_each = local.buckets

  bucket = aws_s3_bucket.private[each.key].id

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    # By default the parts of an upload that broke off are kept, and paid for, for ever.
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.private]
}

data "aws_iam_policy_document" "bucket" {
  for_each = aws_s3_bucket.private

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  dynamic "statement" {
    for_each = each.key == "site" ? [1] : []

    content {
      sid = "CloudFront"
      # Without ListBucket, S3 answers 403 for a page that does not exist, instead of 404.
      actions   = ["s3:GetObject", "s3:ListBucket"]
      resources = [each.value.arn, "${each.value.arn}/*"]

      principals {
        type        = "Service"
        identifiers = ["cloudfront.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "AWS:SourceArn"
        values   = [aws_cloudfront_distribution.site[0].arn]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "private" {
  for_each = local.buckets

  bucket = aws_s3_bucket.private[each.key].id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  # S3 refuses two changes of a bucket's access at the same time.
  depends_on = [aws_s3_bucket_public_access_block.private]
}
