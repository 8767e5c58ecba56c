"""The containers stack."""
