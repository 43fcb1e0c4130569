mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment       = "staging"
  github_repository = "octocat/cat-house"
  outbound_ports    = { proxy = [443] }
}

run "the_site" {
  # The API has the site's origin

  assert {
    condition     = [for behaviour in aws_cloudfront_distribution.site[0].ordered_cache_behavior : behaviour.path_pattern] == ["/api/*"]
    error_message = "The API is the only other behaviour."
  }

  assert {
    condition = (
      aws_cloudfront_distribution.site[0].ordered_cache_behavior[0].cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" &&
      aws_cloudfront_distribution.site[0].ordered_cache_behavior[0].origin_request_policy_id == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    )
    error_message = "CachingDisabled and AllViewerExceptHostHeader: nothing of the API is cached, all but the host reaches it."
  }

  assert {
    condition     = toset(aws_cloudfront_distribution.site[0].ordered_cache_behavior[0].allowed_methods) == toset(["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"])
    error_message = "The API takes all seven methods."
  }

  assert {
    condition     = aws_cloudfront_distribution.site[0].ordered_cache_behavior[0].target_origin_id == "api" && aws_cloudfront_distribution.site[0].ordered_cache_behavior[0].viewer_protocol_policy == "https-only"
    error_message = "A request with a token must not be redirected after it was sent in the clear."
  }

  # Routes are rewritten for the site only

  assert {
    condition     = toset([for association in aws_cloudfront_distribution.site[0].default_cache_behavior[0].function_association : association.event_type]) == toset(["viewer-request", "viewer-response"])
    error_message = "A route of the site leads to its file."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.site[0].ordered_cache_behavior[0].function_association) == 0
    error_message = "A path of the API is not a page."
  }

  # An error is its caller's, and of that moment

  assert {
    condition     = toset([for response in aws_cloudfront_distribution.site[0].custom_error_response : response.error_code if response.error_caching_min_ttl == 0]) == toset([404, 405, 414, 500, 501, 502, 503, 504])
    error_message = "CloudFront must keep none of the error codes that it keeps by default."
  }

  assert {
    condition     = alltrue([for response in aws_cloudfront_distribution.site[0].custom_error_response : try(response.response_page_path, null) == null || response.response_page_path == ""])
    error_message = "Error pages count for the whole distribution: the API's 404 would become one."
  }

  # The site's headers

  assert {
    condition     = aws_cloudfront_distribution.site[0].default_cache_behavior[0].response_headers_policy_id == aws_cloudfront_response_headers_policy.security[0].id && aws_cloudfront_distribution.site[0].default_cache_behavior[0].compress
    error_message = "Pages have the security headers, and are compressed."
  }

  assert {
    condition     = strcontains(local.content_security_policy, "connect-src 'self';") && strcontains(local.content_security_policy, "script-src 'self' 'sha256-") && !can(regex("script-src[^;]*unsafe", local.content_security_policy))
    error_message = "Scripts and requests: the site's own, and the one inline script whose hash is known."
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.security[0].security_headers_config[0].strict_transport_security[0].access_control_max_age_sec == 31536000
    error_message = "Browsers keep to HTTPS for a year."
  }

  # The buckets are private

  assert {
    condition     = keys(aws_s3_bucket_public_access_block.private) == ["deployments", "site"]
    error_message = "Both buckets are closed to the public."
  }

  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.private : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "All four ways into a bucket are closed."
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.private : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "A record that is overwritten can be had back."
  }

  assert {
    condition     = aws_cloudfront_origin_access_control.site[0].signing_behavior == "always" && anytrue([for origin in aws_cloudfront_distribution.site[0].origin : origin.origin_access_control_id == aws_cloudfront_origin_access_control.site[0].id if origin.origin_id == "site"])
    error_message = "CloudFront reads the bucket in its own name."
  }
}
