"""What the records workload runs on."""

import time
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API, EXTRA, FAST
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Table
from chalicelib.records.importing import RecordImport
from chalicelib.records.listing import AboutTotal, RecordListing
from chalicelib.records.service import Records, Searches
from chalicelib.records.store import RecordStore

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring


class RecordSetsWiring:
    """What is done with many records at a time: each part is built when it is first asked for."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring

    @cached_property
    def listing(self) -> RecordListing:
        """What lists and exports records."""
        client = self._wiring.aws.client("dynamodb", EXTRA)
        table = Table(client, self._wiring.settings.records_table)
        return RecordListing(
            _build_store(self._wiring),
            self._wiring.cursors,
            about_total=AboutTotal(table.about_count, time.monotonic),
        )

    @cached_property
    def importing(self) -> RecordImport:
        """What adds many at once."""
        wiring = self._wiring
        return RecordImport(
            _build_store(wiring), wiring.state(API), wiring.activity_counts, now=times.now
        )


def build(wiring: "Wiring") -> Records:
    """What is done with one record at a time."""
    searches = Queue(wiring.aws.client("sqs", FAST), wiring.settings.search_queue_url)
    return Records(
        store=_build_store(wiring),
        state=wiring.state(API),
        searches=Searches(searches, counts=lambda: wiring.own_counts),
        activity=wiring.activity_counts,
        now=times.now,
        new_id=wiring.new_id,
    )


def _build_store(wiring: "Wiring") -> RecordStore:
    client = wiring.aws.client("dynamodb")
    return RecordStore(client, Table(client, wiring.settings.records_table))
