"""Decides on many messages of an author: cancels by filter, retries by channel, page by page."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import msgspec

from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.publisher import transitions
from chalicelib.publisher.editing import Editing
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.publisher.model import (
    BulkResult,
    Channel,
    ChannelRetry,
    MessageDeliveryStatus,
    MessageFilter,
    MessageList,
    MessageStatus,
    OutboundMessage,
    RefusedMessage,
)
from chalicelib.publisher.resolving import Resolving
from chalicelib.waves import TIME_S, WAVES, Waves
from chalicelib.web.call import Call

# Without a status it is what would go out; a draft is cancelled when its status is named.
_CANCELLED = frozenset((*transitions.EDITABLE, *transitions.UNDER_WAY)) - {MessageStatus.DRAFT}
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class BulkDecisions:
    """Decisions on all messages that a filter names; `clock` gives monotonic seconds."""

    lookup: MessageLookup
    editing: Editing
    resolving: Resolving
    waves: Waves = WAVES
    clock: Callable[[], float] = time.monotonic

    def cancel(self, which: MessageFilter, call: Call) -> BulkResult:
        """Cancel what has not gone out of the caller's messages that the filter names.

        Raises InvalidInput for a filter that names nothing, and for a bad range.
        """
        if msgspec.structs.replace(which, cursor=None) == MessageFilter():
            raise InvalidInput("name a status, a channel or a time: an empty filter is refused")
        # Without a status: a list of what waits for approval would be everybody's.
        wanted = MessageList(
            channel=which.channel,
            from_=which.from_,
            to=which.to,
            cursor=which.cursor,
            limit=_AT_ONCE,
        )
        statuses = (which.status,) if which.status else _CANCELLED
        return self._decide(
            wanted,
            call,
            lambda message: message.status in statuses,
            lambda message: self.editing.cancel(message.id, call),
        )

    def retry(self, which: ChannelRetry, call: Call) -> BulkResult:
        """Try the failed deliveries of one channel again, of all of the caller's messages."""
        return self._decide(
            MessageList(channel=which.channel, cursor=which.cursor, limit=_AT_ONCE),
            call,
            lambda message: _has_failed(message, which.channel),
            lambda message: self.resolving.retry(message.id, call, which.channel),
        )

    def _decide(
        self,
        wanted: MessageList,
        call: Call,
        is_meant: Callable[[OutboundMessage], bool],
        decide: Callable[[OutboundMessage], object],
    ) -> BulkResult:
        """Decide on page after page while there is time; the cursor is that of the page after."""
        outcomes: list[RefusedMessage | None] = []
        until_s = self.clock() + TIME_S
        while True:
            page = self.lookup.page(wanted, call)
            meant = [message for message in page.messages if is_meant(message)]
            outcomes += self.waves.write(meant, partial(_try, decide))
            if page.next_cursor is None or self.clock() >= until_s:
                failed = [outcome for outcome in outcomes if outcome is not None]
                return BulkResult(len(outcomes) - len(failed), failed, page.next_cursor)
            wanted = msgspec.structs.replace(wanted, cursor=page.next_cursor)


def _try(
    decide: Callable[[OutboundMessage], object], message: OutboundMessage
) -> RefusedMessage | None:
    try:
        decide(message)
    except (Conflict, NotFound) as error:  # it changed meanwhile, or was deleted
        return RefusedMessage(message.id, error.code, str(error))
    return None


def _has_failed(message: OutboundMessage, channel: Channel) -> bool:
    return any(
        sent.channel is channel and sent.status is MessageDeliveryStatus.FAILED
        for sent in message.channels
    )
