"""A record's get and search, a page of logs and their histogram, among 1,000 to 50,000 records.

The services as wired, called directly, on the emulator; a search is the read and the event to the
queue. Log records are of one hour, in which a page of 100 is read, and which the histogram counts
by minutes. The tables stand side by side and are asked in turn, so that noise meets all of them.
"""

import random
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import NamedTuple

from chalicelib import times
from chalicelib.aws import Aws
from chalicelib.aws.attributes import Item
from chalicelib.aws.queue import Queue
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.records import model, store
from chalicelib.records.model import RecordSearch
from chalicelib.records.service import Records, Searches
from chalicelib.tenant_logs.search.queries import LogQuery
from chalicelib.tenant_logs.search.summaries import HistogramQuery
from chalicelib.web.cursors import Cursors
from chalicelib.web.principal import Principal
from tests.bench import emulator, filling, log_reads
from tests.bench.log_reads import BEGIN, READER, LogReads
from tests.bench.table import Row, Target

SIZES = (1_000, 10_000, 50_000)
ROUNDS, CALLS = 25, 20  # calls of each kind, table and round
SEED = 7
CREATOR = Principal("u-1", "ada@example.org", frozenset(), None)

PAGE, HISTOGRAM = "page of logs", "histogram of logs"
HOUR = timedelta(hours=1)
OF_HOUR = {"since": times.text(BEGIN), "until": times.text(BEGIN + HOUR)}

Samples = dict[tuple[str, int], list[float]]


class Services(NamedTuple):
    """What is asked among so many records."""

    records: Records
    logs: LogReads


def run() -> list[Row]:
    """A row a kind of call and size, as a ratio of the median to that of the smallest table.

    The last one compares the slowest histograms with the slowest pages.
    """
    kinds = ("get", "search", PAGE, HISTOGRAM)
    samples: Samples = {(what, size): [] for what in kinds for size in SIZES}
    with emulator.running() as aws:
        services = {size: Services(_filled(aws, size), _logs(aws, size)) for size in SIZES}
        _round(services, samples, random.Random(SEED))  # noqa: S311 a fixed choice of records
        for sample in samples.values():
            sample.clear()  # the first round only warmed up
        choose = random.Random(SEED)  # noqa: S311 as above
        for _ in range(ROUNDS):
            _round(services, samples, choose)
    return [*(_row(what, size, samples) for what, size in samples), _against_page(samples)]


def _round(services: dict[int, Services], samples: Samples, choose: random.Random) -> None:
    page, histogram = LogQuery(**OF_HOUR, limit=100), HistogramQuery(**OF_HOUR)
    for size, (records, logs) in services.items():
        for _ in range(CALLS):
            user_id = _user_id(choose.randrange(size))
            samples["get", size].append(_ms(records.get, user_id, READER))
            samples["search", size].append(_ms(records.search, RecordSearch(user_id), READER))
            samples[PAGE, size].append(_ms(logs.search.page, page, READER))
            samples[HISTOGRAM, size].append(_ms(logs.histograms.build, histogram, READER))


def _logs(aws: Aws, size: int) -> LogReads:
    """The reads of a table of its own that holds `size` log records of an hour."""
    records = log_reads.make_records(log_reads.TENANT, size, HOUR / size)
    return log_reads.fill(aws, f"Logs-{size}", records)


def _filled(aws: Aws, size: int) -> Records:
    """The service over a table of its own that holds `size` records."""
    client = aws.client("dynamodb")
    items = (_item(number) for number in range(size))
    name = filling.table(client, "RecordsTable", f"OmniData-{size}", items)
    url = aws.client("sqs").create_queue(QueueName="OmniQueue")["QueueUrl"]
    state = State(Table(client, "OmniState"))
    return Records(
        store.RecordStore(client, Table(client, name)),
        state,
        Searches(Queue(aws.client("sqs"), url), lambda: state),
        Cursors(lambda: "bench"),
        now=times.now,
        new_id=lambda: uuid.uuid4().hex,
    )


def _item(number: int) -> Item:
    content = {
        "user_id": _user_id(number),
        "name": "Ada Lovelace",
        "age": number % 100,
        "tags": ["math", "engines"],
        "address": {"city": "London", "street": "12 St James's Square"},
    }
    return store._item(model.first_version(content, CREATOR, datetime(2026, 1, 31, tzinfo=UTC)))


def _user_id(number: int) -> str:
    return f"user-{number:06}"


def _ms(call: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - started) * 1000


def _row(what: str, size: int, samples: Samples) -> Row:
    measured = samples[what, size]
    return Row(
        what=f"{what} among {size:,} records",
        measured=f"p50 {median(measured):.2f} ms, p99 {_p99(measured):.2f} ms",
        ratio=median(measured) / median(samples[what, SIZES[0]]),
        against=f"{SIZES[0]:,}",
        target=Target(at_most=1.3 if what == HISTOGRAM else 1.5) if size == SIZES[-1] else None,
    )


def _against_page(samples: Samples) -> Row:
    histogram, page = (_p99(samples[what, SIZES[-1]]) for what in (HISTOGRAM, PAGE))
    return Row(
        what=f"slowest {HISTOGRAM} among {SIZES[-1]:,} records",
        measured=f"p99 {histogram:.2f} ms, of a page {page:.2f} ms",
        ratio=histogram / page,
        against="page of logs",
        target=Target(at_most=3),
    )


def _p99(sample: Sequence[float]) -> float:
    return quantiles(sample, n=100)[98]
