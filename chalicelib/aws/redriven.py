"""How often a message was redriven: SQS keeps its attributes, wherever it moves the message.

So a letter that died again says so, though each redrive gives it another message id.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

COUNT, LAST_AT = "OmniRedriven", "OmniRedrivenAt"  # names of message attributes
BYTES = 256  # what the attributes of a message take at most, its trace header included


class Redriven(msgspec.Struct, frozen=True):
    """How often a message was given to its queue again, and when last, as a UTC text."""

    count: int
    last_at: str


def read_attributes(message: Mapping[str, Any]) -> Redriven | None:
    """What a received message says; None for one that was not redriven, or says something else."""
    attributes = message.get("MessageAttributes", {})
    count, at = (attributes.get(name, {}).get("StringValue") for name in (COUNT, LAST_AT))
    if not isinstance(count, str) or not count.isdecimal() or not isinstance(at, str):
        return None
    return Redriven(int(count), at)


def to_attributes(before: Redriven | None, at: str) -> dict[str, Any]:
    """The attributes of a message that is given to its queue once more."""
    count = 1 if before is None else before.count + 1
    return {
        "MessageAttributes": {
            COUNT: {"DataType": "Number", "StringValue": str(count)},
            LAST_AT: {"DataType": "String", "StringValue": at},
        }
    }
