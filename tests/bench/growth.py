"""A record's get and search among 1,000 to 50,000 records; reads of logs and the console's as well.

The services as wired, called directly, on the emulator. A search is the read and the event to the
queue; log records are of one hour, in which a page of 100 is read, and which the histogram counts
by minutes; the console's stages hold as many records, orders, log records and messages. What is
compared stands side by side and is asked in turn, so that noise meets all of it.
"""

import random
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

from chalicelib import times
from chalicelib.aws import Aws
from chalicelib.aws.activity import Activity
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.aws.attributes import Item
from chalicelib.aws.own_counts import run_in_background
from chalicelib.aws.queue import Queue
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.records import model, store
from chalicelib.records.model import RecordSearch
from chalicelib.records.service import Records, Searches
from chalicelib.tenant_logs.search.queries import LogQuery
from chalicelib.tenant_logs.search.summaries import HistogramQuery
from chalicelib.web.principal import Principal
from tests.bench import emulator, filling, full_stage, log_reads
from tests.bench.log_reads import BEGIN, READER
from tests.bench.table import Row, Target

SIZES = (1_000, 10_000, 50_000)
ROUNDS, CALLS = 25, 20  # calls of each kind, table and round
CONSOLE_ROUNDS, LOG_ROUNDS = 40, 300
SEED = 7
CREATOR = Principal("u-1", "ada@example.org", frozenset(), None)

PAGE, HISTOGRAM = "a page", "a histogram"
HOUR = timedelta(hours=1)
OF_HOUR = {"since": times.text(BEGIN), "until": times.text(BEGIN + HOUR)}

Samples = dict[tuple[str, int], list[float]]


def run() -> list[Row]:
    """A row a kind of call and size, as a ratio of the median to that of the smallest table."""
    return [*run_records(), *run_logs(), *run_console()]


def run_console() -> list[Row]:
    """The console's questions among few things and among many."""
    samples: dict[tuple[str, int], list[float]] = {}
    with emulator.running() as aws:
        endpoint_url = aws.client("sqs").meta.endpoint_url
        stages = [full_stage.Stage(aws, endpoint_url, size) for size in (SIZES[0], SIZES[-1])]
        for number in range(CONSOLE_ROUNDS + 1):
            for question in full_stage.QUESTIONS:
                for stage in stages:
                    took_ms = _ms(stage.ask, *question)
                    if number:  # the first round only warms up
                        samples.setdefault((" ".join(question), stage.size), []).append(took_ms)
    return [_row(what, size, samples, kind="things", at_most=1.3) for what, size in samples]


def run_logs() -> list[Row]:
    """Pages and histograms; the last row compares the slowest of both."""
    samples: Samples = {(what, size): [] for what in (PAGE, HISTOGRAM) for size in SIZES}
    page, histogram = LogQuery(**OF_HOUR, limit=100), HistogramQuery(**OF_HOUR)
    with emulator.running() as aws:
        tables = {}
        for size in SIZES:
            records = log_reads.make_records(log_reads.TENANT, size, HOUR / size)
            tables[size] = log_reads.fill(aws, f"Logs-{size}", records)
        for number in range(LOG_ROUNDS + 1):
            for size, logs in tables.items():
                took = {
                    PAGE: _ms(logs.search.page, page, READER),
                    HISTOGRAM: _ms(logs.histograms.build, histogram, READER),
                }
                for what, took_ms in took.items():
                    if number:  # the first round only warms up
                        samples[what, size].append(took_ms)
    rows = [_row(what, size, samples, kind="log records", at_most=1.3) for what, size in samples]
    return [*rows, _compare_slowest(samples)]


def run_records() -> list[Row]:
    """A record's get and search."""
    samples: Samples = {(what, size): [] for what in ("get", "search") for size in SIZES}
    with emulator.running() as aws:
        services = {size: _filled(aws, size) for size in SIZES}
        _round(services, samples, random.Random(SEED))  # noqa: S311 a fixed choice of records
        for sample in samples.values():
            sample.clear()  # the first round only warmed up
        choose = random.Random(SEED)  # noqa: S311 as above
        for _ in range(ROUNDS):
            _round(services, samples, choose)
    return [_row(what, size, samples) for what, size in samples]


def _round(services: dict[int, Records], samples: Samples, choose: random.Random) -> None:
    for size, records in services.items():
        for _ in range(CALLS):
            user_id = _user_id(choose.randrange(size))
            samples["get", size].append(_ms(records.get, user_id, READER))
            samples["search", size].append(_ms(records.search, RecordSearch(user_id), READER))


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
        ActivityCounts(lambda: Activity(state.table), in_background=run_in_background),
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


def _row(
    what: str, size: int, samples: Samples, *, kind: str = "records", at_most: float = 1.5
) -> Row:
    measured = samples[what, size]
    return Row(
        what=f"{what} among {size:,} {kind}",
        measured=f"p50 {median(measured):.2f} ms, p99 {_p99(measured):.2f} ms",
        ratio=median(measured) / median(samples[what, SIZES[0]]),
        against=f"{SIZES[0]:,}",
        target=Target(at_most=at_most) if size == SIZES[-1] else None,
    )


def _compare_slowest(samples: Samples) -> Row:
    histogram, page = (_p99(samples[what, SIZES[-1]]) for what in (HISTOGRAM, PAGE))
    return Row(
        what=f"the slowest histograms among {SIZES[-1]:,} log records",
        measured=f"p99 {histogram:.2f} ms, of pages {page:.2f} ms",
        ratio=histogram / page,
        against="pages",
        target=Target(at_most=3),
    )


def _p99(sample: Sequence[float]) -> float:
    return quantiles(sample, n=100)[98]
