"""Transport to AWS that the workloads share: one botocore session, lazy low-level clients."""

from chalicelib.aws.session import (
    API,
    ARCHIVE,
    EXTRA,
    FAST,
    LETTERS,
    PAGES,
    PUBLISH,
    Aws,
    Timeouts,
)

__all__ = ["API", "ARCHIVE", "EXTRA", "FAST", "LETTERS", "PAGES", "PUBLISH", "Aws", "Timeouts"]
