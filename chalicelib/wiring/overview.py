"""What the overview runs on: parts of every workload."""

from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.aws.queue import Queue
from chalicelib.aws.request_refs import RequestRefs
from chalicelib.overview.attention import Attention
from chalicelib.overview.flow import WorkloadFlow
from chalicelib.overview.lookup import IdLookup
from chalicelib.overview.service import OverviewService

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring

BUDGET_S = 4.0  # for all parts; a console asks again every five seconds


def build_overview(wiring: "Wiring") -> OverviewService:
    """The overview of all workloads."""
    attention = Attention(
        list_letters(wiring),
        wiring.state(API),
        wiring.publisher.channels.holds,
        wiring.webhooks.finder,
        wiring.publisher.approving,
        wiring.publisher.channels.credentials,
        topic=wiring.orders.lookup.topic,
        now=times.now,
    )
    return OverviewService(
        wiring.part_runner(BUDGET_S),
        attention,
        WorkloadFlow(wiring.activity, wiring.logs.counts),
        wiring.orders.recent,
        wiring.publisher.lookup.store,
        wiring.failed_requests,
        now=times.now,
    )


def build_lookup(wiring: "Wiring") -> IdLookup:
    """The look-up of an id in all workloads."""
    return IdLookup(
        wiring.part_runner(BUDGET_S),
        records=wiring.records,
        orders=wiring.orders.lookup,
        messages=wiring.publisher.lookup,
        logs=wiring.logs.finder,
        jobs=wiring.operations.jobs,
        dead_letters=wiring.operations.dead_letters,
        requests=RequestRefs(wiring.state_table(API)),
        failures=wiring.failed_requests,
    )


def list_letters(wiring: "Wiring") -> dict[str, Queue]:
    """The queues of dead letters by label, those of streams too."""
    sqs, watched = wiring.aws.client("sqs"), wiring.settings.watched
    urls = {label: queue.dead_letters_url for label, queue in watched.queues.items()}
    urls |= {label: stream.failures_url for label, stream in watched.streams.items()}
    return {label: Queue(sqs, url) for label, url in urls.items()}
