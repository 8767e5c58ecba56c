"""Which adapter each workload runs on; built at first use and kept by one object a process.

Importing all workloads would be a tenth of a cold start, and a function's first request needs one
of them: each has a builder module here, imported when the workload is first asked for.
"""

import time
import uuid
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import observability, times
from chalicelib.aws import API, EXTRA, FAST, Aws, Timeouts
from chalicelib.aws.queue import Queue, Received, SqsMapping
from chalicelib.settings import ApiSettings

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.analytics.service import Analytics
    from chalicelib.aws.activity import Activity
    from chalicelib.aws.activity_counts import ActivityCounts
    from chalicelib.aws.bulk import Bulk
    from chalicelib.aws.failed_requests import FailedRequests
    from chalicelib.aws.last_failures import LastFailures
    from chalicelib.aws.own_counts import InBackground, OwnCounts
    from chalicelib.aws.secrets import Secrets
    from chalicelib.aws.state import State
    from chalicelib.aws.table import Table
    from chalicelib.overview.lookup import IdLookup
    from chalicelib.overview.service import OverviewService
    from chalicelib.parts import PartRunner
    from chalicelib.records.service import Records
    from chalicelib.web.cursors import Cursors
    from chalicelib.webhook_event import Emit
    from chalicelib.wiring.operations import OperationsWiring
    from chalicelib.wiring.orders import OrdersWiring
    from chalicelib.wiring.publisher import PublisherWiring
    from chalicelib.wiring.record_sets import RecordSetsWiring
    from chalicelib.wiring.tenant_logs import LogsWiring
    from chalicelib.wiring.webhooks import WebhooksWiring

# ruff: noqa: PLC0415 imports inside functions are this module's point


class Wiring:
    """The workloads of `app.py`, on the stage that `settings` describe.

    `aws` is the session of the process, made from the settings unless it is given; `pause` waits
    the seconds between two attempts of a batch; `in_background` runs what outlives a request, on a
    thread unless it is given. Activity and failed requests are written at most every
    `write_every_s` seconds.
    """

    def __init__(
        self,
        settings: ApiSettings,
        *,
        aws: Aws | None = None,
        pause: Callable[[float], None] = time.sleep,
        in_background: "InBackground | None" = None,
        write_every_s: float = 1.0,
    ) -> None:
        self.settings = settings
        self.pause = pause
        self._in_background = in_background
        self._write_every_s = write_every_s
        if aws is not None:
            self.aws = aws

    @cached_property
    def aws(self) -> Aws:
        """The one AWS session of the process."""
        observability.start_tracing(self.settings.tracing, "omnidata")
        return Aws(self.settings.aws)

    # --- The workloads -----------------------------------------------------------------------

    @cached_property
    def records(self) -> "Records":
        """The records workload, one record at a time."""
        from chalicelib.wiring.records import build

        return build(self)

    @cached_property
    def record_sets(self) -> "RecordSetsWiring":
        """The parts of the records workload that take many at a time."""
        from chalicelib.wiring.record_sets import RecordSetsWiring

        return RecordSetsWiring(self)

    @cached_property
    def analytics(self) -> "Analytics":
        """The analytics of searches, over the worker's archive."""
        from chalicelib.wiring.analytics import build

        return build(self)

    @cached_property
    def orders(self) -> "OrdersWiring":
        """The parts of the orders workload."""
        from chalicelib.wiring.orders import OrdersWiring

        return OrdersWiring(self)

    @cached_property
    def logs(self) -> "LogsWiring":
        """The parts of the tenants' logs."""
        from chalicelib.wiring.tenant_logs import LogsWiring

        return LogsWiring(self)

    @cached_property
    def publisher(self) -> "PublisherWiring":
        """The parts of the publisher."""
        from chalicelib.wiring.publisher import PublisherWiring

        return PublisherWiring(self)

    @cached_property
    def operations(self) -> "OperationsWiring":
        """The parts that operators use."""
        from chalicelib.wiring.operations import OperationsWiring

        return OperationsWiring(self)

    @cached_property
    def overview(self) -> "OverviewService":
        """What shows all workloads at once."""
        from chalicelib.wiring.overview import build_overview

        return build_overview(self)

    @cached_property
    def id_lookup(self) -> "IdLookup":
        """What looks an id up in all of them."""
        from chalicelib.wiring.overview import build_lookup

        return build_lookup(self)

    @cached_property
    def webhooks(self) -> "WebhooksWiring":
        """The parts of the webhooks."""
        from chalicelib.wiring.webhooks import WebhooksWiring

        return WebhooksWiring(self)

    # --- The event source mappings -----------------------------------------------------------

    def mapping(self, label: str) -> SqsMapping:
        """What hands over the messages of a queue, by the label that operators use."""
        watched = self.settings.watched.queues[label]

        def note(message: Received, error: Exception) -> None:
            self.last_failures(EXTRA).note(label, watched.function, message, error)

        queue = Queue(self.aws.client("sqs"), watched.url)
        return SqsMapping(queue.delete_all, self.settings.partial_batch_responses, note)

    # --- What workloads share ----------------------------------------------------------------

    @cached_property
    def emit(self) -> "Emit":
        """What queues events for webhooks."""
        from chalicelib.wiring.webhooks import build_emitter

        return build_emitter(self).emit

    @cached_property
    def cursors(self) -> "Cursors":
        """Page cursors under the stage's secret, which is read at first use."""
        from chalicelib.web.cursors import Cursors

        return Cursors(lambda: self.secrets.get(self.settings.cursor_secret))

    # A client costs a cold start some 4 ms, so what most requests never need is made when needed.
    @cached_property
    def secrets(self) -> "Secrets":
        """The reader of secrets."""
        from chalicelib.aws.secrets import Secrets

        return Secrets(self.aws.client("secretsmanager"))

    def state(self, timeouts: Timeouts) -> "State":
        """Counters, heartbeats and markers."""
        from chalicelib.aws.state import State

        return State(self.state_table(timeouts))

    def last_failures(self, timeouts: Timeouts) -> "LastFailures":
        """What stores why messages failed; imported once one does."""
        from chalicelib.aws.last_failures import LastFailures
        from chalicelib.tenant_logs.intake.masking import mask

        return LastFailures(self.state_table(timeouts), mask=mask, now=times.now)

    @cached_property
    def own_counts(self) -> "OwnCounts":
        """The counts that are kept until they are confirmed."""
        from chalicelib.aws.own_counts import OwnCounts

        return OwnCounts(
            fast=lambda: self.state(FAST),
            patient=lambda: self.state(API),
            process_id=self.new_id(),
            in_background=self.in_background,
            pause=self.pause,
        )

    @cached_property
    def part_threads(self) -> "ThreadPoolExecutor":
        """The threads in which the parts of responses are asked for."""
        from concurrent.futures import ThreadPoolExecutor

        from chalicelib.parts import THREADS

        return ThreadPoolExecutor(THREADS, thread_name_prefix="parts")

    def part_runner(self, budget_s: float) -> "PartRunner":
        """What asks for parts and waits so long for all of them."""
        from chalicelib.parts import PartRunner

        return PartRunner(self.part_threads, budget_s=budget_s)

    @property
    def activity(self) -> "Activity":
        """How much came to each workload, by the minute."""
        from chalicelib.aws.activity import Activity

        return Activity(self.state_table(API))

    @cached_property
    def activity_counts(self) -> "ActivityCounts":
        """What counts that."""
        from chalicelib.aws.activity_counts import ActivityCounts

        return ActivityCounts(
            lambda: self.activity,
            in_background=self.in_background,
            every_s=self._write_every_s,
        )

    @cached_property
    def failed_requests(self) -> "FailedRequests":
        """The requests that failed on our side."""
        from chalicelib.aws.bulk import Bulk
        from chalicelib.aws.failed_requests import FailedRequests

        client, keys = self.aws.client("dynamodb", FAST), ("pk", "sk")
        bulk = Bulk(client, self.settings.state_table, keys, pauses_s=())
        return FailedRequests(self.state_table(API), bulk, self._write_every_s)

    @property
    def in_background(self) -> "InBackground":
        """What runs work beside and after a request."""
        from chalicelib.aws.own_counts import run_in_background

        return self._in_background or run_in_background

    def state_table(self, timeouts: Timeouts) -> "Table":
        """The table of the side state."""
        from chalicelib.aws.table import Table

        return Table(self.aws.client("dynamodb", timeouts), self.settings.state_table)

    def state_bulk(self) -> "Bulk":
        """The same table, many items at a time."""
        from chalicelib.aws.bulk import Bulk

        client = self.aws.client("dynamodb")
        return Bulk(client, self.settings.state_table, ("pk", "sk"), pause=self.pause)

    @staticmethod
    def new_id() -> str:
        """Thirty-two random hexadecimal digits."""
        return uuid.uuid4().hex
