environment        = "staging"
disposable         = true
log_retention_days = 14

# Proxy calls addresses that users chose.
outbound_ports = { proxy = [443] }
