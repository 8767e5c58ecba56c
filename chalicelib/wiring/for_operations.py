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


def analytics() -> Analytics:
    """The analytics of searches, over the worker's archive."""
    bucket = Bucket(wiring.aws().client("s3", ARCHIVE), wiring.settings().analytics_bucket)
    return Analytics(Archive(bucket), now=times.now)


def operations() -> Operations:
    """The pipeline and its dead letters."""
    sqs, watched = wiring.aws().client("sqs"), wiring.settings().watched
    watch = Watch(
        [
            WatchedQueue(label, Queue(sqs, queue.url), Queue(sqs, queue.dead_letters_url))
            for label, queue in watched.queues.items()
        ],
        [
            WatchedStream(stream.handler, stream.function, Queue(sqs, stream.failures_url))
            for stream in watched.streams.values()
        ],
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


def _letters() -> dict[str, Letters]:
    """The dead letters by their label."""
    sqs, patient = wiring.aws().client("sqs"), wiring.aws().client("sqs", LETTERS)
    watched = wiring.settings().watched
    queues = {
        label: Letters(Queue(patient, queue.dead_letters_url), Queue(sqs, queue.url).forward)
        for label, queue in watched.queues.items()
    }
    streams = {
        label: Letters(Queue(patient, stream.failures_url), GIVE_BACK[stream.handler])
        for label, stream in watched.streams.items()
    }
    return queues | streams


def _announce_again(letters: Sequence[Received]) -> list[Refused]:
    """A stream's failures are positions only: what was stored by then and waits is announced."""
    wiring.orders().announce_pending(max(given_up_by(each) for each in letters))
    return []


# What makes good the records that a stream's handler gave up.
GIVE_BACK = {"announce_orders": _announce_again}
