"""Lists and exports of records; the table has no order of ids, so all are looked through."""

import time
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import NamedTuple

from chalicelib import observability, strict_json
from chalicelib.aws.attributes import Item
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.records import exporting
from chalicelib.records.model import Record, RecordExport, RecordList, RecordPage
from chalicelib.records.store import RecordStore
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors
from chalicelib.web.pages import WIRE_BYTES, PageRead, ReadBounds, count_wire_bytes
from chalicelib.web.payload import Payload

AT_ONCE = 500  # items of a call that looks for a prefix
COUNT_KEPT_S = 60.0
BOUNDS = ReadBounds()

_log = observability.logger(__name__)


class _Found(NamedTuple):
    records: Sequence[Record]
    texts: Sequence[str]
    next_cursor: str | None
    scanned: int


@dataclass(frozen=True, slots=True)
class RecordListing:
    """Pages of records; `clock` gives monotonic seconds, `about_total` may be unknown."""

    store: RecordStore
    cursors: Cursors
    _: KW_ONLY
    about_total: Callable[[], int | None]
    bounds: ReadBounds = BOUNDS
    clock: Callable[[], float] = time.monotonic

    def page(self, query: RecordList, call: Call) -> RecordPage:
        """A page of records.

        Raises InvalidInput for a foreign cursor.
        """
        found = self._find(query, call, strict_json.encode)
        read = PageRead(found.scanned, len(found.records), complete=found.next_cursor is None)
        return RecordPage(list(found.records), found.next_cursor, self.about_total(), read)

    def export(self, query: RecordExport, call: Call) -> Payload:
        """A part of an export; the first one of a CSV has its header.

        Raises as `page` does.
        """
        found = self._find(query, call, exporting.RENDER[query.format])
        return exporting.build_payload(query, found.texts, found.next_cursor)

    def _find(
        self, query: RecordList | RecordExport, call: Call, render: Callable[[Record], str]
    ) -> _Found:
        owner, asked = call.principal.id, f"records {query.prefix}"
        start = self.cursors.open(query.cursor, owner=owner, query=asked)
        page = _Page(query.limit, render)
        is_end, until_s, scanned = False, self.clock() + self.bounds.time_s, 0
        while not is_end and not page.is_full:
            # Without a prefix each record counts, and no more are read than are shown.
            at_once = AT_ONCE if query.prefix else query.limit - len(page.records)
            part = self.store.part(query.prefix, at_once, start)
            scanned, start = scanned + part.scanned, part.last_key
            is_end = page.take(part.records) and part.last_key is None
            if scanned >= self.bounds.items or self.clock() >= until_s:
                break
        position = None if is_end else page.cut_at or start
        cursor = self.cursors.seal(position, owner=owner, query=asked)
        return _Found(page.records, page.texts, cursor, scanned)


class _Page:
    """The records of one response: at most `limit` of them, and as many bytes as it carries."""

    def __init__(self, limit: int, render: Callable[[Record], str]) -> None:
        self.records: list[Record] = []
        self.texts: list[str] = []
        self.cut_at: Item | None = None  # where to go on if not all that was read had room
        self._limit = limit
        self._render = render
        self._room_bytes = WIRE_BYTES

    @property
    def is_full(self) -> bool:
        """Whether nothing more may be added."""
        return len(self.records) >= self._limit or self.cut_at is not None

    def take(self, records: Sequence[Record]) -> bool:
        """Add what has room; False where something is left for the next page."""
        for record in records:
            text = self._render(record)
            self._room_bytes -= count_wire_bytes(text)
            if len(self.records) == self._limit or (self.records and self._room_bytes < 0):
                self.cut_at = {"user_id": self.records[-1].user_id}
                return False
            self.records.append(record)
            self.texts.append(text)
        return True


class AboutTotal:
    """The table's own count, asked for once a minute at most; None where that fails."""

    def __init__(self, count: Callable[[], int], clock: Callable[[], float]) -> None:
        self._count = count
        self._clock = clock
        self._known: int | None = None
        self._until_s = 0.0

    def __call__(self) -> int | None:
        """The count, up to a minute older than DynamoDB's."""
        if self._clock() >= self._until_s:
            self._until_s = self._clock() + COUNT_KEPT_S
            self._known = self._ask()
        return self._known

    def _ask(self) -> int | None:
        try:
            return self._count()
        except AWS_ERRORS as error:  # a list is of use without it
            _log.warning("the records could not be counted", extra={"cause": reason(error)})
            return None
