"""A report's series as CSV; pure."""

from chalicelib import times
from chalicelib.analytics.model import SearchReport
from chalicelib.web import files
from chalicelib.web.headers import COMPLETE
from chalicelib.web.payload import CSV, Payload

COLUMNS = ("at", "searches", "found", "missed", "unknown")


def render(report: SearchReport) -> Payload:
    """The series; a header says whether all of the archive was read."""
    rows = [
        (
            times.text(point.at),
            point.searches,
            point.found,
            point.missed,
            point.searches - point.found - point.missed,
        )
        for point in report.series
    ]
    return Payload(
        media_type=CSV,
        data="".join(files.write_row(row) for row in (COLUMNS, *rows)).encode(),
        headers={COMPLETE: "true" if report.complete else "false"},
    )
