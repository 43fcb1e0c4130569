environment        = "staging"
disposable         = true
log_retention_days = 14
