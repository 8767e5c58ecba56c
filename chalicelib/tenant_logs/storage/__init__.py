"""Storage: queued records written to their tenants' partitions, each `log_id` once."""
