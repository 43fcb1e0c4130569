locals {
  # CloudFront keeps a GET's answer of these codes for 10 s by default, whatever the cache policy says, and its key has no
  # Authorization: one user's 404 would be another's. 400, 403, 412 and 415 it keeps only where the answer says so.
  errors_cached_by_default = [404, 405, 414, 500, 501, 502, 503, 504]

  # What is the services' and not the website's, by the first part of their paths (dagger/platform/service.ts).
  api_patterns = distinct(flatten([
    for route in local.routed : [
      for parts in [split("/", trimprefix(route.path, "/"))] :
      length(parts) > 1 ? ["/${parts[0]}/*"] : [route.path, "${route.path}/*"]
    ] if route.host == null
  ]))

  origin_protocol = local.https ? "https-only" : "http-only"

  # AWS's own policies have the same ids in every account.
  caching_optimized             = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  caching_disabled              = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  all_viewer_except_host_header = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

  # The local cloud's stand-in for the distribution sends the same headers, hence a file of their own. The API has the site's
  # own origin. react-native-web writes styles into the page, hence 'unsafe-inline' for those. The one script in the page is
  # what expo-router writes into each of a static export; without it a page is drawn anew instead of hydrated.
  headers                 = jsondecode(file("${path.module}/headers.json"))
  content_security_policy = join("; ", local.headers["content-security-policy"])
}

resource "aws_cloudfront_origin_access_control" "site" {
  count = local.has_site ? 1 : 0

  name                              = local.name
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# A deploy writes the pages of its release into the code, which stays; a change of spa.js is another function.
resource "aws_cloudfront_function" "spa" {
  count = local.has_site ? 1 : 0

  name    = "${local.name}-spa-${substr(filesha1("${path.module}/spa.js"), 0, 8)}"
  comment = "A route of the site, to its HTML file"
  runtime = "cloudfront-js-2.0"
  code    = file("${path.module}/spa.js")
  publish = true

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [code]
  }
}

# AWS's managed policy has no content security policy.
resource "aws_cloudfront_response_headers_policy" "security" {
  #checkov:skip=CKV_AWS_259:Subdomains and preloading are for a domain of one's own; this one is CloudFront's.
  count = local.has_site ? 1 : 0

  name = local.name

  security_headers_config {
    content_security_policy {
      content_security_policy = local.content_security_policy
      override                = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000
      override                   = true
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = local.headers["x-frame-options"]
      override     = true
    }

    referrer_policy {
      referrer_policy = local.headers["referrer-policy"]
      override        = true
    }
  }
}

# The way from CloudFront into the VPC: the load balancer has no address on the Internet, and another account's distribution
# cannot reach it.
resource "aws_cloudfront_vpc_origin" "api" {
  # AWS changes none that a distribution uses: with a certificate it is another one.
  for_each = toset(local.public ? [] : [local.origin_protocol])

  vpc_origin_endpoint_config {
    name                   = "${local.name}-${each.key}"
    arn                    = aws_lb.api.arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = each.key

    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }

  lifecycle {
    create_before_destroy = true
  }

  # AWS refuses a load balancer that does not listen.
  depends_on = [aws_lb_listener.api]
}

resource "aws_cloudfront_distribution" "site" {
  #checkov:skip=CKV_AWS_68:A firewall is charged by the month; the services check their own input.
  #checkov:skip=CKV2_AWS_47:As above; and no service runs Java.
  #checkov:skip=CKV_AWS_86:Access logs need a bucket of their own; the services log the API's requests.
  #checkov:skip=CKV_AWS_174:CloudFront's default domain takes no other policy than TLSv1; it goes with a domain of one's own.
  #checkov:skip=CKV2_AWS_42:CloudFront's default domain has CloudFront's certificate.
  #checkov:skip=CKV_AWS_310:There is one region: no second origin to fail over to.
  #checkov:skip=CKV_AWS_374:The platform is not limited to countries.
  count = local.has_site ? 1 : 0

  comment             = local.name
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  default_root_object = "index.html"
  # Cheaper classes leave out South America, where the platform is.
  price_class = "PriceClass_All"

  origin {
    origin_id                = "site"
    domain_name              = aws_s3_bucket.private["site"].bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.site[0].id
  }

  origin {
    origin_id   = "api"
    domain_name = local.https ? var.api_domain : aws_lb.api.dns_name

    dynamic "vpc_origin_config" {
      for_each = aws_cloudfront_vpc_origin.api

      content {
        vpc_origin_id = vpc_origin_config.value.id
      }
    }

    dynamic "custom_origin_config" {
      for_each = local.public ? [1] : []

      content {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = local.origin_protocol
        origin_ssl_protocols   = ["TLSv1.2"]
      }
    }
  }

  default_cache_behavior {
    target_origin_id           = "site"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = local.caching_optimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.security[0].id

    # Here only: a path of the API is not a page.
    dynamic "function_association" {
      for_each = ["viewer-request", "viewer-response"]

      content {
        event_type   = function_association.value
        function_arn = aws_cloudfront_function.spa[0].arn
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.api_patterns

    content {
      path_pattern     = ordered_cache_behavior.value
      target_origin_id = "api"
      allowed_methods  = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
      cached_methods   = ["GET", "HEAD"]
      # A redirect would come after the token has crossed the network in the clear, and turns POST into GET.
      viewer_protocol_policy     = "https-only"
      cache_policy_id            = local.caching_disabled
      origin_request_policy_id   = local.all_viewer_except_host_header
      response_headers_policy_id = aws_cloudfront_response_headers_policy.security[0].id
    }
  }

  # Without a page: one would count for the whole distribution, and the API's 404 would become it.
  dynamic "custom_error_response" {
    for_each = local.errors_cached_by_default

    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = 0
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
