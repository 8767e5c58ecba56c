"""Transport to AWS that the workloads share: one botocore session, lazy low-level clients."""

from chalicelib.aws.session import API, ARCHIVE, FAST, Aws, Timeouts

__all__ = ["API", "ARCHIVE", "FAST", "Aws", "Timeouts"]
