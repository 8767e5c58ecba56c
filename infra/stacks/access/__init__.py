"""The access stack: roles that read the tables."""
