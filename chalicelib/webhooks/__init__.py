"""Webhooks: receivers of others get events of orders and messages (docs/webhooks.md)."""
