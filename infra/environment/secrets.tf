# Empty: a deploy writes the values, so that none is ever in Terraform's state.
resource "aws_secretsmanager_secret" "service" {
  #checkov:skip=CKV_AWS_149:AWS's own key encrypts it; a key of one's own would keep nobody out who may read the secret.
  #checkov:skip=CKV2_AWS_57:A deploy writes changed values and restarts the services with them; a rotation by itself would break them.
  for_each = local.secrets

  name = "${local.platform.name}/${var.environment}/${each.key}"
  # By default AWS keeps a deleted secret, and its name, for 30 days: the environment could not be made again.
  recovery_window_in_days = var.disposable ? 0 : 30
}
