environment        = "production"
log_retention_days = 90
vpc_cidr           = "10.1.0.0/16"

# Proxy calls addresses that users chose.
outbound_ports = { proxy = [443] }
