"""What the records workload runs on, one record at a time."""

from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API, FAST
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Table
from chalicelib.records.service import Records, Searches
from chalicelib.records.store import RecordStore

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring


def build(wiring: "Wiring") -> Records:
    """What is done with one record at a time."""
    searches = Queue(wiring.aws.client("sqs", FAST), wiring.settings.search_queue_url)
    return Records(
        store=build_store(wiring),
        state=wiring.state(API),
        searches=Searches(searches, counts=lambda: wiring.own_counts),
        activity=wiring.activity_counts,
        now=times.now,
        new_id=wiring.new_id,
    )


def build_store(wiring: "Wiring") -> RecordStore:
    """The table of records."""
    client = wiring.aws.client("dynamodb")
    return RecordStore(client, Table(client, wiring.settings.records_table))
