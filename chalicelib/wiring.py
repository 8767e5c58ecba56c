"""Which adapter each workload runs on; built at first use and kept while the process lives."""

import uuid
from functools import cache

from chalicelib import observability, times
from chalicelib.analytics.service import Analytics
from chalicelib.analytics.store import Archive
from chalicelib.aws import API, ARCHIVE, FAST, Aws, Timeouts
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.queue import Queue
from chalicelib.aws.secrets import Secrets
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.cursor import Cursors
from chalicelib.records.service import Records, Searches
from chalicelib.records.store import RecordStore
from chalicelib.settings import ApiSettings, api_settings


@cache
def settings() -> ApiSettings:
    """The settings of this process, read once."""
    return api_settings()


@cache
def aws() -> Aws:
    """The one AWS session of this process."""
    observability.start_tracing(settings().tracing, "omnidata")
    return Aws(settings().aws)


@cache
def records() -> Records:
    """The records workload."""
    client = aws().client("dynamodb")
    return Records(
        RecordStore(client, Table(client, settings().records_table)),
        _state(API),
        Searches(
            Queue(aws().client("sqs", FAST), settings().search_queue_url), lambda: _state(FAST)
        ),
        _cursors(),
        now=times.now,
        new_id=lambda: uuid.uuid4().hex,
    )


@cache
def analytics() -> Analytics:
    """The analytics of searches, over the worker's archive."""
    bucket = Bucket(aws().client("s3", ARCHIVE), settings().analytics_bucket)
    return Analytics(Archive(bucket), now=times.now)


@cache
def _cursors() -> Cursors:
    return Cursors(lambda: _secrets().get(settings().cursor_secret))


# A client costs a cold start some 4 ms, so what most requests never need is made when needed.
@cache
def _secrets() -> Secrets:
    return Secrets(aws().client("secretsmanager"))


@cache
def _state(timeouts: Timeouts) -> State:
    return State(Table(aws().client("dynamodb", timeouts), settings().state_table))
