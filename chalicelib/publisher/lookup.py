"""Finds messages for their authors: one of them, pages newest first, and the calendar."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib import ids, times
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.publisher import keys, stored
from chalicelib.publisher.model import (
    MessageList,
    MessagePage,
    MessageStatus,
    OutboundMessage,
)
from chalicelib.publisher.store import Loaded, MessagePart, MessageStore
from chalicelib.publisher.stored import StoredMessage
from chalicelib.publisher.waiting_store import WaitingStore
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

MAX_RANGE = timedelta(days=62)


class DueSpan(NamedTuple):
    """A range of due times, the end not included."""

    since: str
    until: str


@dataclass(frozen=True, slots=True)
class MessageLookup:
    """The messages of one author at a time; another's are not found.

    Where messages `need_approval`, those that wait for it are everybody's to see.
    """

    store: MessageStore
    waiting: WaitingStore
    cursors: Cursors
    _: KW_ONLY
    need_approval: bool = False
    now: Callable[[], datetime]

    def own(self, message_id: str, call: Call) -> Loaded:
        """A message of the caller.

        Raises NotFound, also for another author's.
        """
        loaded = self.store.get(ids.require_id(message_id, "message_id"))
        if loaded is None or loaded.message.user != call.principal.id:
            raise NotFound("Message not found")
        return loaded

    def get(self, message_id: str, call: Call) -> OutboundMessage:
        """A message of the caller, or one that waits for approval, as it is shown.

        Raises NotFound, also for another author's.
        """
        loaded = self.store.get(ids.require_id(message_id, "message_id"))
        if loaded is None or not self._shows(loaded.message, call):
            raise NotFound("Message not found")
        return stored.show(*loaded)

    def _shows(self, message: StoredMessage, call: Call) -> bool:
        if message.user == call.principal.id:
            return True
        return self.need_approval and message.status is MessageStatus.WAITING

    def page(self, query: MessageList, call: Call) -> MessagePage:
        """The caller's messages, or all that wait for approval.

        A page may be short, even empty, and not the last one.

        Raises InvalidInput for a foreign cursor or a bad range.
        """
        by, span = call.principal.id, read_span(query.from_, query.to, self.now())
        asked = f"messages {query.status} {query.channel} {query.from_} {query.to}"
        is_everybodys = self.need_approval and query.status is MessageStatus.WAITING and not span
        asked = f"everybody's {asked}" if is_everybodys else asked
        start = self.cursors.open(query.cursor, owner=by, query=asked)
        if is_everybodys:
            part = self.waiting.list_first(query.limit, start)
        elif span is None:
            part = self.store.list_newest(by, query.limit, start)
        else:
            part = self.store.list_calendar(by, *span, query.limit, start)
        messages = [stored.show(*loaded, is_listed=True) for loaded in _filter(part, query)]
        return MessagePage(messages, self.cursors.seal(part.last_key, owner=by, query=asked))


def read_span(from_: str | None, to: str | None, now: datetime) -> DueSpan | None:
    """The calendar's range; the side that is missing is the longest range away. None without one.

    Raises InvalidInput for a bad range.
    """
    if from_ is None and to is None:
        return None
    since = None if from_ is None else times.parse_exact_query(from_, "from")
    until = None if to is None else times.parse_exact_query(to, "to")
    since = since or (until or now) - MAX_RANGE
    until = until or since + MAX_RANGE
    if not timedelta(0) < until - since <= MAX_RANGE:
        raise InvalidInput(f"to must follow from by at most {MAX_RANGE.days} days")
    return DueSpan(keys.due_time(since), keys.due_time(until))


def _filter(part: MessagePart, query: MessageList) -> list[Loaded]:
    return [
        loaded
        for loaded in part.messages
        if query.status in (None, loaded.message.status)
        and (query.channel is None or query.channel in loaded.message.channels)
    ]
