"""What a table's stream tells of one item."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.aws.attributes import Item, from_attributes

INSERT = "INSERT"


class Change(msgspec.Struct, frozen=True):
    """One stream record; `kind` is INSERT, MODIFY or REMOVE, `key` the item's key attributes."""

    sequence_number: str
    kind: str
    key: Item


def change(record: Mapping[str, Any]) -> Change:
    """A stream record as Lambda hands it over."""
    told = record["dynamodb"]
    return Change(told["SequenceNumber"], record["eventName"], from_attributes(told["Keys"]))
