"""Webhooks: receivers of others are told of orders and messages (docs/webhooks.md)."""
