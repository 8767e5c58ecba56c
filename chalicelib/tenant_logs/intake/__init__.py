"""Intake: request bodies to checked, masked records, queued at once."""
