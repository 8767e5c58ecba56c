"""A sandbox of the publishing channels: fakes of their APIs, faults, and an outbox to look at."""
