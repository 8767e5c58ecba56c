"""What the records workload runs on where it takes many at a time."""

import time
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API, EXTRA
from chalicelib.aws.table import Table
from chalicelib.records.importing import RecordImport
from chalicelib.records.listing import AboutTotal, RecordListing
from chalicelib.wiring.records import build_store

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
            build_store(self._wiring),
            self._wiring.cursors,
            about_total=AboutTotal(table.about_count, time.monotonic),
        )

    @cached_property
    def importing(self) -> RecordImport:
        """What adds many at once."""
        wiring = self._wiring
        return RecordImport(
            build_store(wiring), wiring.state(API), wiring.activity_counts, now=times.now
        )
