"""Tenants: their settings, keys, rates and quotas."""
