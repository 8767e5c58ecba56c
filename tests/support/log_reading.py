"""The reading of logs over a table, as the wiring builds it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.aws.table import Table
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.tenant_logs.search.audit import Audit
from chalicelib.tenant_logs.search.facets import LogFacetFinder
from chalicelib.tenant_logs.search.histogram import LogHistograms
from chalicelib.tenant_logs.search.log_reader import LogReader
from chalicelib.tenant_logs.search.reading import LogSearch
from chalicelib.tenant_logs.search.scanning import LogScan
from chalicelib.tenant_logs.search.tenant_access import TenantAccess
from chalicelib.tenant_logs.tenants.model import TenantSettings
from chalicelib.web.cursors import Cursors


def log_reading(table: Any, now: Callable[[], datetime], **more: Any) -> LogSearch:
    """A reading of that table; the audit is kept beside it, in `OmniState-test`."""
    scan = LogScan(LogReader(lambda _: table), **more)
    return LogSearch(scan, Cursors(lambda: "a key"), access_to(table, now), now=now)


def log_histograms(
    table: Any, now: Callable[[], datetime], begin: datetime | None = None
) -> LogHistograms:
    """Histograms of that table and its counts; what happened before `begin` is not counted."""
    counts, scan = CountStore(state_beside(table), now=now), LogScan(LogReader(lambda _: table))
    return LogHistograms(
        counts,
        scan,
        access_to(table, now),
        get_begin=lambda: begin,
        settings=lambda _: TenantSettings(),
        now=now,
    )


def log_facets(table: Any, now: Callable[[], datetime]) -> LogFacetFinder:
    """Facets of that table."""
    return LogFacetFinder(LogScan(LogReader(lambda _: table)), access_to(table, now), now=now)


def access_to(table: Any, now: Callable[[], datetime]) -> TenantAccess:
    """Who may read that table."""
    return TenantAccess(Audit(state_beside(table), Cursors(lambda: "a key"), now=now))


def state_beside(table: Any) -> Table:
    """The state's table in the same cloud."""
    return Table(getattr(table, "client", None), "OmniState-test")
