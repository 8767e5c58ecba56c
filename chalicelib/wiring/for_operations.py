"""What operators look through: the pipeline, its dead letters, redrives, the analytics."""

import time
from collections.abc import Sequence

from chalicelib import times, wiring
from chalicelib.analytics.service import Analytics
from chalicelib.analytics.store import Archive
from chalicelib.aws import API, ARCHIVE, EXTRA, LETTERS
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.changes import given_up_by
from chalicelib.aws.metrics import Metrics
from chalicelib.aws.queue import Queue, Received, Refused
from chalicelib.operations.jobs import Jobs
from chalicelib.operations.letters import Letters
from chalicelib.operations.pipeline import Watch, WatchedQueue, WatchedStream
from chalicelib.operations.service import Operations
from chalicelib.operations.store import JobStore

DEAD = "-dlq"  # what a dead-letter queue's name ends in, see infra/declared/kinds.py
ANNOUNCER = "announce_orders"


def analytics() -> Analytics:
    """The analytics of searches, over the worker's archive."""
    bucket = Bucket(wiring.aws().client("s3", ARCHIVE), wiring.settings().analytics_bucket)
    return Analytics(Archive(bucket), now=times.now)


def operations() -> Operations:
    """The pipeline and its dead letters."""
    sqs, stage = wiring.aws().client("sqs"), wiring.settings().stage
    failures = Queue(sqs, wiring.settings().announce_failures_url)
    watch = Watch(
        [
            WatchedQueue(name, Queue(sqs, url), Queue(sqs, url + DEAD))
            for name, url in _queue_urls().items()
        ],
        [WatchedStream(ANNOUNCER, f"omnidata-{stage}-{ANNOUNCER}", failures)],
        wiring.state(API),
        lambda: Metrics(wiring.aws().client("cloudwatch", EXTRA)),
        now=times.now,
    )
    return Operations(watch, _letters())


def jobs() -> Jobs:
    """Redrives of whole queues."""
    client = wiring.aws().client("dynamodb")
    return Jobs(
        JobStore(client, wiring.state_table(API), time.time),
        _letters(),
        Queue(wiring.aws().client("sqs"), wiring.settings().jobs_queue_url),
        now=times.now,
        new_id=wiring.new_id,
    )


def _queue_urls() -> dict[str, str]:
    """The queues by the names that operators use."""
    settings = wiring.settings()
    return {
        "searches": settings.search_queue_url,
        "orders": settings.orders_queue_url,
        "logs": settings.logs_queue_url,
        "jobs": settings.jobs_queue_url,
    }


def _letters() -> dict[str, Letters]:
    """The dead letters by their queue's name."""
    sqs, patient = wiring.aws().client("sqs"), wiring.aws().client("sqs", LETTERS)
    found = {
        name: Letters(Queue(patient, url + DEAD), Queue(sqs, url).forward)
        for name, url in _queue_urls().items()
    }
    failures = Queue(patient, wiring.settings().announce_failures_url)
    return {**found, "announcements": Letters(failures, _announce_again)}


def _announce_again(letters: Sequence[Received]) -> list[Refused]:
    """A stream's failures are positions only: what was stored by then and waits is announced."""
    wiring.orders().announce_pending(max(given_up_by(each) for each in letters))
    return []
