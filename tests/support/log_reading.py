"""The reading of logs over a table, as the wiring builds it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.aws.table import Table
from chalicelib.tenant_logs.search.audit import Audit
from chalicelib.tenant_logs.search.log_reader import LogReader
from chalicelib.tenant_logs.search.reading import LogSearch
from chalicelib.tenant_logs.search.tenant_access import TenantAccess
from chalicelib.web.cursors import Cursors


def log_reading(table: Any, now: Callable[[], datetime], **more: Any) -> LogSearch:
    """A reading of that table; the audit is kept beside it, in `OmniState-test`."""
    cursors = Cursors(lambda: "a key")
    state = Table(getattr(table, "client", None), "OmniState-test")
    audit = Audit(state, cursors, now=now)
    return LogSearch(LogReader(lambda _: table), cursors, TenantAccess(audit), now=now, **more)
