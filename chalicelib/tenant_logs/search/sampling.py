"""The newest records of a range, as many as one response may cost."""

from typing import NamedTuple

from chalicelib import times
from chalicelib.tenant_logs.search.log_reader import Wanted
from chalicelib.tenant_logs.search.periods import LogPeriod
from chalicelib.tenant_logs.search.queries import LogEntry, LogsRead
from chalicelib.tenant_logs.search.scanning import MAX_CALLS, LogScan


class Sample(NamedTuple):
    """Records, the newest first, and the range that they are all of what is wanted of."""

    period: LogPeriod
    entries: list[LogEntry]
    read: LogsRead


def read_sample(
    scan: LogScan, wanted: Wanted, period: LogPeriod, max_calls: int = MAX_CALLS
) -> Sample:
    """Read a range from its end until its begin, or until enough was read.

    Raises Unavailable.
    """
    entries: list[LogEntry] = []
    scanned, last_key = 0, None
    for part in scan.parts(wanted, max_calls=max_calls):
        entries += [entry for _, entry in part.entries]
        scanned += part.scanned
        last_key = part.last_key
    if last_key is not None:
        # Of the moment in which it ended some records may be left.
        reached = times.parse(last_key["sk"].partition("#")[0], "sk")
        period = LogPeriod(max(reached, period.since), period.until)
    return Sample(period, entries, LogsRead(scanned, len(entries), complete=last_key is None))
