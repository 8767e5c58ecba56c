"""The auth stack: user pool, app client and identity providers."""
