"""Multi-tenant logs: taken at once, processed from a queue, read by tenant (seed 004)."""
