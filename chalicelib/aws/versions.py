"""The version of botocore that a process runs with: on Lambda it is the runtime's, not ours.

An older one than was tested is a warning and no refusal: the runtime is mostly some months behind
and works, and a product that stops for a version which AWS chose would be the greater damage.
"""

import botocore

from chalicelib import observability

TESTED = "1.43.106"

_log = observability.logger(__name__)


def warn_of_older_botocore(found: str = botocore.__version__) -> bool:
    """Log a warning if botocore's minor version is older than the tested one's; True if so."""
    is_older = _parse_minor(found) < _parse_minor(TESTED)
    if is_older:
        _log.warning(
            "botocore is older than what was tested", extra={"botocore": found, "tested": TESTED}
        )
    return is_older


def _parse_minor(version: str) -> tuple[int, int]:
    major, minor, *_ = version.split(".")
    return int(major), int(minor)
