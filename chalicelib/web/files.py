"""Files that people save: NDJSON for programs, CSV for spreadsheets, in parts; pure."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from chalicelib.web.headers import LINK, NEXT_CURSOR
from chalicelib.web.payload import CSV, Payload

# How a cell may begin that a spreadsheet runs as a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_row(cells: Iterable[Any]) -> str:
    """A line of CSV (RFC 4180); a text that a spreadsheet would run begins with an apostrophe."""
    line = io.StringIO()
    csv.writer(line).writerow([_defuse(cell) for cell in cells])
    return line.getvalue()


def build_part(
    media_type: str,
    columns: Sequence[str],
    lines: Iterable[str],
    asked: Mapping[str, Any],
    next_cursor: str | None,
) -> Payload:
    """A part of a file; all parts in a row are one, so that only the first has CSV's header.

    `asked` are the parameters of the query, as in `lead_on`, with the `cursor` that it had.
    """
    is_first = asked.get("cursor") is None
    head = [write_row(columns)] if media_type == CSV and is_first else []
    return Payload(
        media_type=media_type,
        data="".join([*head, *lines]).encode(),
        headers=lead_on(asked, next_cursor),
    )


def lead_on(asked: Mapping[str, Any], next_cursor: str | None) -> dict[str, str]:
    """The headers of a part that is not the last one: the cursor, and the next part's address.

    `asked` are the parameters of the query; an address that begins with `?` is of the same path.
    """
    if next_cursor is None:
        return {}
    given = {name: value for name, value in asked.items() if value is not None}
    following = urlencode({**given, "cursor": next_cursor})
    return {NEXT_CURSOR: next_cursor, LINK: f'<?{following}>; rel="next"'}


def _defuse(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
