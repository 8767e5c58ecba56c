"""One message to SNS: its form and its limits, for who writes and who sends it; pure."""

from collections.abc import Mapping

import msgspec

MAX_MESSAGE_BYTES = 256 * 1024  # attributes included
MAX_SUBJECT = 99  # SNS says "less than 100 characters", of ASCII without line breaks
MAX_ATTRIBUTES = 10  # of which raw delivery to SQS takes no more


def encode_variants(variants: Mapping[str, str]) -> str:
    """The message, by protocol, as SNS wants it with `MessageStructure` = `json`."""
    return msgspec.json.encode(variants).decode()
