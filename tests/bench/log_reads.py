"""Reads of one tenant's log records on the emulator, as the wiring builds them."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from chalicelib import times
from chalicelib.aws import Aws
from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.counts.keeping import CountKeeper
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.tenant_logs.model import LogRecord, LogSeverity
from chalicelib.tenant_logs.search.audit import Audit
from chalicelib.tenant_logs.search.histogram import LogHistograms
from chalicelib.tenant_logs.search.log_reader import LogReader
from chalicelib.tenant_logs.search.reading import LogSearch
from chalicelib.tenant_logs.search.scanning import LogScan
from chalicelib.tenant_logs.search.tenant_access import TenantAccess
from chalicelib.tenant_logs.storage import items
from chalicelib.tenant_logs.tenants.model import TenantSettings
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors
from chalicelib.web.principal import Principal
from tests.bench import filling

TENANT = "acme"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
EXPIRES_AT = 4_102_444_800  # in 2100
READER = Call(
    request_id="bench", caller=Principal("u-1", "ada@example.org", frozenset({"operator"}), TENANT)
)
SEVERITIES = (
    LogSeverity.INFO,
    LogSeverity.INFO,
    LogSeverity.DEBUG,
    LogSeverity.WARN,
    LogSeverity.ERROR,
)


class LogReads(NamedTuple):
    """What reads a table of logs and the counts that belong to it."""

    search: LogSearch
    histograms: LogHistograms


def fill(aws: Aws, name: str, records: Iterable[Item]) -> LogReads:
    """Make a table with those records, and another one with their counts."""
    client, stored = aws.client("dynamodb"), list(records)
    table = Table(client, filling.table(client, "LogsTable", name, stored))
    state = Table(client, filling.table(client, "StateTable", f"{name}-state", []))
    counts = CountStore(state, now=times.now)
    if CountKeeper(counts, _run_at_once).begin(stored, [False] * len(stored)).end([]):
        raise RuntimeError("not all records were counted")
    scan, cursors = LogScan(LogReader(lambda _: table)), Cursors(lambda: "bench")
    access = TenantAccess(Audit(state, cursors, now=times.now))
    return LogReads(
        LogSearch(scan, cursors, access, now=times.now),
        LogHistograms(
            counts,
            scan,
            access,
            get_begin=lambda: None,
            settings=lambda _: TenantSettings(),
            now=times.now,
        ),
    )


def make_records(tenant_id: str, count: int, between: timedelta) -> Iterator[Item]:
    """Items of records, `between` apart from BEGIN on."""
    for number in range(count):
        at = times.text(BEGIN + number * between)
        yield items.item(
            LogRecord(
                tenant_id=tenant_id,
                log_id=f"{number:08}",
                ts=at,
                received_at=at,
                expires_at=EXPIRES_AT,
                text=f"session opened for user news by (uid=0), request {number:08}, 312 bytes",
                severity=SEVERITIES[number % len(SEVERITIES)],
                attrs={"host": "combo", "process": "su(pam_unix)", "pid": number},
            )
        )


def _run_at_once(call: Callable[..., None], *arguments: Any) -> Future[None]:
    call(*arguments)
    done: Future[None] = Future()
    done.set_result(None)
    return done
