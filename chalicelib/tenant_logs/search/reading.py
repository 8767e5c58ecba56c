"""A tenant's stored records: pages by time, filters, tail, export."""

import json
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib import strict_json, times
from chalicelib.errors import InvalidInput
from chalicelib.tenant_logs.search import exporting, scanning
from chalicelib.tenant_logs.search.log_reader import Wanted
from chalicelib.tenant_logs.search.place import Key, Place
from chalicelib.tenant_logs.search.queries import (
    LogEntry,
    LogExport,
    LogPage,
    LogQuery,
    LogReadOrder,
    LogsRead,
)
from chalicelib.tenant_logs.search.scanning import LogScan
from chalicelib.tenant_logs.search.tenant_access import TenantAccess
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors
from chalicelib.web.payload import Payload

MAX_BYTES = 4 * 1024 * 1024  # of records in a response, as Lambda carries it: its limit is 6 MB

Render = Callable[[LogEntry], str]


class _Found(NamedTuple):
    """Records, each as it is sent, the sealed position after them, and how many were read."""

    entries: list[tuple[LogEntry, str]]
    next_cursor: str | None
    scanned: int


@dataclass(frozen=True, slots=True)
class LogSearch:
    """Reads the records of the tenant that the caller may read."""

    scan: LogScan
    cursors: Cursors
    access: TenantAccess
    _: KW_ONLY
    now: Callable[[], datetime]

    def page(self, query: LogQuery, call: Call) -> LogPage:
        """A page of records.

        Raises Forbidden for someone without a tenant or naming another one who is no operator,
        InvalidInput for bad times or a foreign cursor, and Unavailable when an operator's reading
        of a tenant's logs cannot be audited.
        """
        found = self._find(query, call, strict_json.encode)
        logs = [entry for entry, _ in found.entries]
        read = LogsRead(found.scanned, len(logs), complete=found.next_cursor is None)
        return LogPage(logs, found.next_cursor, read)

    def export(self, query: LogExport, call: Call) -> Payload:
        """The same as NDJSON, one record a line, or as CSV; its headers lead on.

        Raises what `page` raises.
        """
        found = self._find(query, call, exporting.RENDER[query.format])
        lines = [line for _, line in found.entries]
        return exporting.build_payload(query, call, lines, found.next_cursor)

    def _find(self, query: LogQuery, call: Call, render: Render) -> _Found:
        owner, tenant_id = call.principal.id, self.access.tenant(query, call)
        same = _same_query(query, tenant_id)
        position = self.cursors.open(query.cursor, owner=owner, query=same)
        if position is None:
            self.access.audit(tenant_id, query, call)
            position = self._begin(query)
        wanted = Wanted.of(query, tenant_id, position, self.now())
        page = _Page(self._place(query, position), query.limit, render)
        is_end = self._read(wanted, page)
        after = None if is_end and not query.tail else {**position, **page.place.position}
        cursor = self.cursors.seal(after, owner=owner, query=same)
        return _Found(page.entries, cursor, page.scanned)

    def _begin(self, query: LogQuery) -> dict[str, Any]:
        """The first page's times hold for all: an age is counted from the first request."""
        if query.tail and query.order != LogReadOrder.ARRIVAL:
            raise InvalidInput("tail goes with order=arrival")
        since, until = times.parse_range(query.since, query.until, self.now())
        given = {"since": since, "until": until}
        return {name: value for name, value in given.items() if value is not None}

    def _place(self, query: LogQuery, position: dict[str, Any]) -> Place:
        if query.order == LogReadOrder.ARRIVAL:
            return Place.by_arrival(position, self.now())
        return Place.by_time(position)

    def _read(self, wanted: Wanted, page: "_Page") -> bool:
        """Read until there are enough records, they are big enough, or enough was read for them.

        Returns whether that was the end of the range.
        """

        def count_items() -> int:
            # Nothing at all may be the beginning of very many that expired and are not deleted
            # yet.
            is_searching = wanted.is_filtered or (page.scanned and not page.entries)
            return scanning.read_most() if is_searching else min(scanning.read_most(), page.room)

        for part in self.scan.parts(wanted, page.place.after, count_items):
            if not page.take(part.entries, part.scanned):
                return False
            if part.last_key is None:
                return True
            page.place.skip_to(part.last_key)
        return False


class _Page:
    """The records of one response: at most `limit` of them, and as many bytes as it carries."""

    def __init__(self, place: Place, limit: int, render: Render) -> None:
        self.entries: list[tuple[LogEntry, str]] = []
        self.place = place
        self.scanned = 0
        self._limit = limit
        self._render = render
        self._room_bytes = MAX_BYTES

    @property
    def room(self) -> int:
        """How many items to read: one more than is wanted tells whether there is more."""
        return self._limit - len(self.entries) + 1 + self.place.remembered

    def take(self, entries: Iterable[tuple[Key, LogEntry]], scanned: int) -> bool:
        """Add the records that were not shown before; False where one is left for later."""
        self.scanned += scanned
        for key, entry in entries:
            if not self.place.was_shown(key):
                line = self._render(entry)
                self._room_bytes -= _wire_bytes(line)
                is_full = len(self.entries) == self._limit
                is_too_big = bool(self.entries) and self._room_bytes < 0
                if is_full or is_too_big or not self.place.may_show(key):
                    return False
                self.entries.append((entry, line))
            self.place.pass_by(key)
        return True


def _same_query(query: LogQuery, tenant_id: str) -> str:
    """What two requests have to agree in for one's cursor to lead on in the other."""
    asked = (query.since, query.until, query.severity, query.text, query.order, query.tail)
    more = (query.source, query.log_id, sorted(query.attr.items()))
    excluded = [query.not_source, sorted(query.not_attr.items())]
    if excluded == [None, []]:
        excluded = []  # the cursors of queries that exclude nothing are older than exclusion
    return strict_json.encode(["logs", tenant_id, *asked, *more, *excluded])


def _wire_bytes(line: str) -> int:
    """A function's response is a JSON text in a JSON text, and ASCII at worst."""
    return len(json.dumps(line))
