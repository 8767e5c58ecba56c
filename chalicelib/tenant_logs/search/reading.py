"""A tenant's stored records: pages by time, filters, tail, export."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib import strict_json, times
from chalicelib.errors import Forbidden, InvalidInput, NotFound
from chalicelib.tenant_logs.model import NDJSON, TENANT_PATTERN
from chalicelib.tenant_logs.search.log_reader import LogReader, Wanted
from chalicelib.tenant_logs.search.queries import LogEntry, LogExport, LogPage, LogQuery
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors
from chalicelib.web.payload import Payload

MAX_BYTES = 4 * 1024 * 1024  # of records in a response, as Lambda carries it: its limit is 6 MB
MAX_CALLS = 11  # an export of 10,000 small records and one more: a bill with an end
AT_ONCE = 1000  # items read a call, of which a filter leaves some; others wait for it on a laptop
MAX_S = 8.0  # no call begins later: one more must end within API Gateway's 29 s

_TENANT = re.compile(TENANT_PATTERN)


class _Found(NamedTuple):
    """Records, each with its JSON, and the sealed position after them."""

    entries: list[tuple[LogEntry, str]]
    next_cursor: str | None


class _Stop(NamedTuple):
    """Where reading ended: after which sort key, and whether that was the end of the range."""

    after_sk: str | None
    is_end: bool


@dataclass(frozen=True, slots=True)
class LogSearch:
    """Reads the records of the caller's own tenant, which the claim names."""

    reader: LogReader
    cursors: Cursors
    _: KW_ONLY
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic

    def page(self, query: LogQuery, call: Call) -> LogPage:
        """A page of records.

        Raises Forbidden for someone without a tenant and for an `X-Tenant-ID` of another one,
        NotFound for another tenant in the query, and InvalidInput for bad times or a foreign
        cursor.
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
        owner, wanted = call.principal.id, self._plan(query, _tenant(query, call))
        same = _same_query(query, wanted)
        position = self.cursors.open(query.cursor, owner=owner, query=same) or {}
        entries, stop = self._read(wanted, query.limit, position.get("sk"))
        after: dict[str, str] | None = {} if stop.after_sk is None else {"sk": stop.after_sk}
        if stop.is_end and not query.tail:
            after = None
        return _Found(entries, self.cursors.seal(after, owner=owner, query=same))

    def _plan(self, query: LogQuery, tenant_id: str) -> Wanted:
        if query.tail and query.order != "oldest":
            raise InvalidInput("tail goes with order=oldest")
        since, until = _normalize(query.since, "since"), _normalize(query.until, "until")
        if since is not None and until is not None and since >= until:
            raise InvalidInput("since must be before until")
        return Wanted(
            tenant_id=tenant_id,
            since=since,
            until=until,
            severity=query.severity,
            text=query.text,
            is_forward=query.order == "oldest",
            now_s=int(self.now().timestamp()),
        )

    def _read(
        self, wanted: Wanted, limit: int, after_sk: str | None
    ) -> tuple[list[tuple[LogEntry, str]], _Stop]:
        """Records until there are enough, they are big enough, or enough was read for them."""
        found: list[tuple[LogEntry, str]] = []
        room_bytes = MAX_BYTES
        until_s = self.clock() + MAX_S
        for call in range(MAX_CALLS):
            if call and self.clock() >= until_s:
                break
            # One more than is wanted tells whether there is more. Nothing at all may be the
            # beginning of very many that expired and are not deleted yet.
            is_searching = wanted.is_filtered or (call and not found)
            at_most = AT_ONCE if is_searching else min(AT_ONCE, limit - len(found) + 1)
            part = self.reader.part(wanted, at_most=at_most, after_sk=after_sk)
            for sk, entry in part.entries:
                line = strict_json.encode(entry)
                room_bytes -= _wire_bytes(line)
                if len(found) == limit or (found and room_bytes < 0):
                    return found, _Stop(after_sk, is_end=False)
                found.append((entry, line))
                after_sk = sk
            if part.last_sk is None:
                return found, _Stop(after_sk, is_end=True)
            after_sk = part.last_sk
        return found, _Stop(after_sk, is_end=False)


def _tenant(query: LogQuery, call: Call) -> str:
    """The tenant of the claim; the query and the header may only agree with it."""
    tenant_id, named = call.principal.require_tenant(), call.named_tenant
    if not _TENANT.match(tenant_id):
        raise Forbidden("your account's tenant is malformed")
    if named not in (None, tenant_id):
        raise Forbidden("X-Tenant-ID names another tenant than your account's")
    if query.tenant_id not in (None, tenant_id):
        raise NotFound("there is no such tenant")
    return tenant_id


def _normalize(value: str | None, name: str) -> str | None:
    return None if value is None else times.sortable_text(times.parse(value, name))


def _same_query(query: LogQuery, wanted: Wanted) -> str:
    """What two requests have to agree in for one's cursor to lead on in the other."""
    same = (wanted.tenant_id, wanted.since, wanted.until, query.severity, query.text)
    return strict_json.encode(["logs", *same, query.order, query.tail])


def _wire_bytes(line: str) -> int:
    """A function's response is a JSON text in a JSON text, and ASCII at worst."""
    return len(json.dumps(line))
