"""The archive worker (seed 000, phase 7): search events from SQS into gzipped parts on S3."""
