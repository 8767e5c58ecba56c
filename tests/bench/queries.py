"""Log records of one tenant, and orders of one day, among 1,000, 10,000 and 50,000.

The services, called directly, on the emulator: the newest 20 log records, 20 of one hour and its
histogram, and the newest 20 orders. A table of its own for each size; in one more the tenant with
10,000 records lies beside 100 others with 100 each. All are asked in turn, so that noise meets all
of them. The emulator is mended to find a page without reading its partition, as DynamoDB does
(ADR 0023).
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from itertools import chain
from statistics import median
from typing import Any

from chalicelib import times
from chalicelib.aws import Aws
from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Table
from chalicelib.orders.lookup import OrderLookup
from chalicelib.orders.model import OrderList
from chalicelib.orders.store import OrderStore
from chalicelib.tenant_logs.search.queries import LogQuery
from chalicelib.tenant_logs.search.summaries import HistogramQuery
from chalicelib.web.cursors import Cursors
from tests.bench import emulator, filling, load, log_reads
from tests.bench.log_reads import BEGIN, READER
from tests.bench.table import Row, Target

SIZES = (1_000, 10_000, 50_000)
BESIDE = "10,000 beside 100 tenants"
ROUNDS, CALLS = 30, 10  # calls of each kind, table and round
BETWEEN = timedelta(seconds=36)  # a hundred records an hour
LIMIT = 20

Question = Callable[[], object]
Samples = dict[tuple[str, str], list[float]]


def run() -> list[Row]:
    """A row a question and size, as a ratio of the median to that of the smallest."""
    with emulator.running() as aws:
        questions = {
            (what, among): ask
            for among, services in _services(aws).items()
            for what, ask in services.items()
        }
        samples: Samples = {case: [] for case in questions}
        for number in range(ROUNDS + 1):
            _round(questions, samples)
            if number == 0:
                for sample in samples.values():
                    sample.clear()  # the first round only warmed up
    kinds = dict.fromkeys(what for what, _ in samples)
    return [_row(what, among, samples) for kind in kinds for what, among in samples if what == kind]


def _round(questions: dict[tuple[str, str], Question], samples: Samples) -> None:
    for case, ask in questions.items():
        for _ in range(CALLS):
            started = time.perf_counter()
            ask()
            samples[case].append((time.perf_counter() - started) * 1000)


def _services(aws: Aws) -> dict[str, dict[str, Question]]:
    """What is asked, by the question and by what lies there."""
    client = aws.client("dynamodb")
    found = {
        f"{size:,}": {
            **_log_questions(aws, f"Logs-{size}", _logs("acme", size)),
            **_order_questions(client, f"Orders-{size}", size),
        }
        for size in SIZES
    }
    others = (item for number in range(100) for item in _logs(f"tenant-{number}", 100))
    found[BESIDE] = _log_questions(aws, "Logs-beside", chain(_logs("acme", 10_000), others))
    return found


def _log_questions(aws: Aws, name: str, records: Iterable[Item]) -> dict[str, Question]:
    reads = log_reads.fill(aws, name, records)
    hour = {"since": _at(400), "until": _at(500)}
    page, counted = LogQuery(**hour, limit=LIMIT), HistogramQuery(**hour)
    return {
        "newest logs": partial(reads.search.page, LogQuery(limit=LIMIT), READER),
        "logs of an hour": partial(reads.search.page, page, READER),
        "histogram of an hour": partial(reads.histograms.build, counted, READER),
    }


def _logs(tenant_id: str, count: int) -> Iterator[Item]:
    return log_reads.make_records(tenant_id, count, BETWEEN)


def _order_questions(client: Any, name: str, size: int) -> dict[str, Question]:
    table = Table(client, filling.table(client, "OrdersTable", name, map(_order, range(size))))
    orders = OrderLookup(
        OrderStore(table, Bulk(client, name, ("orderID",))),
        receipts=None,
        cursors=Cursors(lambda: "bench"),
        topic=None,
        now=times.now,
    )
    day = OrderList(since=_at(0), until=times.text(BEGIN + timedelta(days=1)), limit=LIMIT)
    return {"newest orders": partial(orders.page, day, READER)}


def _order(number: int) -> Item:
    """One of a day's orders, told of long ago."""
    at = times.sortable_text(BEGIN + number * timedelta(seconds=1))
    line = {"sku": "mop-1", "quantity": 2, "unit_price": 9}
    return {
        "orderID": f"{number:032x}",
        "order": {"customer": f"c-{number}", "lines": [line]},
        "placed_by": "u-1",
        "day": at[:10],
        "queued_at": at,
        "stored_at": at,
        "status": "notified",
        "notified_at": at,
        "total": 18,
    }


def _at(number: int) -> str:
    return times.text(BEGIN + number * BETWEEN)


def _row(what: str, among: str, samples: Samples) -> Row:
    measured = samples[what, among]
    against = SIZES[1] if among == BESIDE else SIZES[0]
    return Row(
        what=f"{what}, {among}",
        measured=f"p50 {median(measured):.2f} ms, p99 {load.p99(measured):.2f} ms",
        ratio=median(measured) / median(samples[what, f"{against:,}"]),
        against=f"{against:,}",
        target=Target(at_most=1.5) if among in (BESIDE, f"{SIZES[-1]:,}") else None,
    )
