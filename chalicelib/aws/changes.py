"""Stream records of a table, and the failure messages of its event source mapping."""

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


def latest_write_time(letter: Received) -> datetime:
    """Upper bound on the write time of the records in a failure message.

    For any other message it is the time when that was sent.
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
