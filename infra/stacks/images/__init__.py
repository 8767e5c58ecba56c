"""The images stack."""
