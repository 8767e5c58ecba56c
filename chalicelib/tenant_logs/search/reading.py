"""A tenant's stored records: pages by time, filters, tail, export."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib import strict_json, times
from chalicelib.errors import InvalidInput
from chalicelib.tenant_logs.model import NDJSON
from chalicelib.tenant_logs.search.log_reader import LogReader, Wanted
from chalicelib.tenant_logs.search.place import Key, Place
from chalicelib.tenant_logs.search.queries import LogEntry, LogExport, LogPage, LogQuery, ReadOrder
from chalicelib.tenant_logs.search.tenant_access import TenantAccess
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors
from chalicelib.web.payload import Payload

MAX_BYTES = 4 * 1024 * 1024  # of records in a response, as Lambda carries it: its limit is 6 MB
MAX_CALLS = 11  # an export of 10,000 small records and one more: a bill with an end
AT_ONCE = 1000  # items read a call, of which a filter leaves some; others wait for it on a laptop
MAX_S = 8.0  # no call begins later: one more must end within API Gateway's 29 s


class _Found(NamedTuple):
    """Records, each with its JSON, and the sealed position after them."""

    entries: list[tuple[LogEntry, str]]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class LogSearch:
    """Reads the records of the tenant that the caller may read."""

    reader: LogReader
    cursors: Cursors
    access: TenantAccess
    _: KW_ONLY
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic

    def page(self, query: LogQuery, call: Call) -> LogPage:
        """A page of records.

        Raises Forbidden for someone without a tenant or naming another one who is no operator,
        InvalidInput for bad times or a foreign cursor, and Unavailable when an operator's reading
        of a tenant's logs cannot be audited.
        """
        found = self._find(query, call)
        return LogPage([entry for entry, _ in found.entries], found.next_cursor)

    def export(self, query: LogExport, call: Call) -> Payload:
        """The same as NDJSON, one record a line; the cursor is the header `X-Next-Cursor`.

        Raises what `page` raises.
        """
        found = self._find(query, call)
        return Payload(
            media_type=NDJSON[0],
            data="".join(f"{line}\n" for _, line in found.entries).encode(),
            headers={"X-Next-Cursor": found.next_cursor} if found.next_cursor else {},
        )

    def _find(self, query: LogQuery, call: Call) -> _Found:
        owner, tenant_id = call.principal.id, self.access.tenant(query, call)
        same = _same_query(query, tenant_id)
        position = self.cursors.open(query.cursor, owner=owner, query=same)
        if position is None:
            self.access.audit(tenant_id, query, call)
            position = self._begin(query)
        wanted = self._wanted(query, tenant_id, position)
        place = self._place(query, position)
        entries, is_end = self._read(wanted, query.limit, place)
        after = None if is_end and not query.tail else {**position, **place.position}
        return _Found(entries, self.cursors.seal(after, owner=owner, query=same))

    def _begin(self, query: LogQuery) -> dict[str, Any]:
        """The first page's times hold for all: an age is counted from the first request."""
        if query.tail and query.order != ReadOrder.ARRIVAL:
            raise InvalidInput("tail goes with order=arrival")
        since, until = times.parse_range(query.since, query.until, self.now())
        given = {"since": since, "until": until}
        return {name: value for name, value in given.items() if value is not None}

    def _place(self, query: LogQuery, position: dict[str, Any]) -> Place:
        if query.order == ReadOrder.ARRIVAL:
            return Place.by_arrival(position, self.now())
        return Place.by_time(position)

    def _wanted(self, query: LogQuery, tenant_id: str, position: dict[str, Any]) -> Wanted:
        return Wanted(
            tenant_id=tenant_id,
            since=position.get("since"),
            until=position.get("until"),
            severity=query.severity,
            text=None if query.text is None else query.text.casefold(),
            order=query.order,
            now_s=int(self.now().timestamp()),
        )

    def _read(
        self, wanted: Wanted, limit: int, place: Place
    ) -> tuple[list[tuple[LogEntry, str]], bool]:
        """Records until there are enough, they are big enough, or enough was read for them.

        Also returns whether that was the end of the range.
        """
        page = _Page(place, limit)
        until_s = self.clock() + MAX_S
        start = place.after
        for call in range(MAX_CALLS):
            if call and self.clock() >= until_s:
                break
            # Nothing at all may be the beginning of very many that expired and are not deleted
            # yet.
            is_searching = wanted.is_filtered or (call and not page.entries)
            at_most = AT_ONCE if is_searching else min(AT_ONCE, page.room + place.remembered)
            part = self.reader.part(wanted, at_most=at_most, after=start)
            if not page.take(part.entries):
                return page.entries, False
            if part.last_key is None:
                return page.entries, True
            start = part.last_key
            place.skip_to(start)
        return page.entries, False


class _Page:
    """The records of one response: at most `limit` of them, and as many bytes as it carries."""

    def __init__(self, place: Place, limit: int) -> None:
        self.entries: list[tuple[LogEntry, str]] = []
        self._place = place
        self._limit = limit
        self._room_bytes = MAX_BYTES

    @property
    def room(self) -> int:
        """How many items to read: one more than is wanted tells whether there is more."""
        return self._limit - len(self.entries) + 1

    def take(self, entries: Iterable[tuple[Key, LogEntry]]) -> bool:
        """Add the records that were not shown before; False where one is left for later."""
        for key, entry in entries:
            if not self._place.was_shown(key):
                line = strict_json.encode(entry)
                self._room_bytes -= _wire_bytes(line)
                is_full = len(self.entries) == self._limit
                is_too_big = bool(self.entries) and self._room_bytes < 0
                if is_full or is_too_big or not self._place.may_show(key):
                    return False
                self.entries.append((entry, line))
            self._place.pass_by(key)
        return True


def _same_query(query: LogQuery, tenant_id: str) -> str:
    """What two requests have to agree in for one's cursor to lead on in the other."""
    asked = (query.since, query.until, query.severity, query.text, query.order, query.tail)
    return strict_json.encode(["logs", tenant_id, *asked])


def _wire_bytes(line: str) -> int:
    """A function's response is a JSON text in a JSON text, and ASCII at worst."""
    return len(json.dumps(line))
