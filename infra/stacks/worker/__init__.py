"""The worker stack: the archive worker on Fargate."""
