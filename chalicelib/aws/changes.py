"""What a table's stream tells of one item, and what its mapping writes of those it gave up."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.aws.attributes import Item, from_attributes
from chalicelib.aws.queue import Received

INSERT = "INSERT"
# Arrivals are told in whole seconds, rounded down; one more for clocks that differ.
_WITHIN = timedelta(seconds=2)


class Change(msgspec.Struct, frozen=True):
    """One stream record; `kind` is INSERT, MODIFY or REMOVE, `key` the item's key attributes."""

    sequence_number: str
    kind: str
    key: Item


def change(record: Mapping[str, Any]) -> Change:
    """A stream record as Lambda hands it over."""
    told = record["dynamodb"]
    return Change(told["SequenceNumber"], record["eventName"], from_attributes(told["Keys"]))


def given_up_by(letter: Received) -> datetime:
    """The time by which everything was written that the records of a failure letter tell of.

    What else is in the queue tells of what was written before it was sent.
    """
    try:
        told = msgspec.json.decode(letter.body, type=_Failure)
    except msgspec.DecodeError:
        return datetime.fromtimestamp(letter.sent_at_ms / 1000, UTC)
    return told.DDBStreamBatchInfo.approximateArrivalOfLastRecord + _WITHIN


class _Batch(msgspec.Struct, frozen=True):
    approximateArrivalOfLastRecord: Annotated[datetime, Meta(tz=True)]  # noqa: N815 Lambda's


class _Failure(msgspec.Struct, frozen=True):
    DDBStreamBatchInfo: _Batch
