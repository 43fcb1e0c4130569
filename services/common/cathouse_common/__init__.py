"""What the services of the Cat House platform share."""
