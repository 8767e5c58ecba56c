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

Time = Annotated[datetime, Meta(tz=True)]


class Change(msgspec.Struct, frozen=True):
    """One stream record; `kind` is INSERT, MODIFY or REMOVE, `key` the item's key attributes."""

    sequence_number: str
    kind: str
    key: Item


class Invoked(msgspec.Struct, frozen=True):
    """The last invocation: why no other followed, and about how many there were."""

    condition: str = "unknown"
    approximateInvokeCount: int | None = None  # noqa: N815 Lambda's


class GivenUp(msgspec.Struct, frozen=True):
    """The records that were given up, by their number and their last arrival."""

    approximateArrivalOfLastRecord: Time  # noqa: N815 Lambda's
    batchSize: int | None = None  # noqa: N815 Lambda's


class Failure(msgspec.Struct, frozen=True):
    """The failure message of a stream's mapping: Lambda's invocation record, as far as needed."""

    DDBStreamBatchInfo: GivenUp
    requestContext: Invoked = Invoked()  # noqa: N815 Lambda's
    timestamp: Time | None = None


def change(record: Mapping[str, Any]) -> Change:
    """A stream record as Lambda hands it over."""
    told = record["dynamodb"]
    return Change(told["SequenceNumber"], record["eventName"], from_attributes(told["Keys"]))


def latest_write_time(letter: Received) -> datetime:
    """Upper bound on the write time of the records in a failure message.

    For any other message it is the time when that was sent.
    """
    failure = failure_in(letter)
    if failure is None:
        return datetime.fromtimestamp(letter.sent_at_ms / 1000, UTC)
    return failure.DDBStreamBatchInfo.approximateArrivalOfLastRecord + _WITHIN


def failure_in(letter: Received) -> Failure | None:
    """What a failure message says; None for any other message."""
    try:
        return msgspec.json.decode(letter.body, type=Failure)
    except msgspec.DecodeError:
        return None
