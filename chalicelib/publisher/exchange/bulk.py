"""Decides on many messages of an author at once: cancels by filter, retries by channel."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from chalicelib.errors import Conflict, InvalidInput, NotFound
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
from chalicelib.waves import TIME_S
from chalicelib.web.call import Call

# Without a status it is what would go out; a draft is cancelled when its status is named.
_CANCELLED = (MessageStatus.WAITING, MessageStatus.SCHEDULED, MessageStatus.QUEUED)
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class BulkDecisions:
    """Decisions on all messages that a filter names; `clock` gives monotonic seconds."""

    lookup: MessageLookup
    editing: Editing
    resolving: Resolving
    clock: Callable[[], float] = time.monotonic

    def cancel(self, which: MessageFilter, call: Call) -> BulkResult:
        """Cancel what has not gone out of the caller's messages that the filter names.

        Raises InvalidInput for a filter that names nothing, and for a bad range.
        """
        if which == MessageFilter():
            raise InvalidInput("name a status, a channel or a time: an empty filter is refused")
        # Without a status: a list of what waits for approval would be everybody's.
        wanted = MessageList(channel=which.channel, from_=which.from_, to=which.to, limit=_AT_ONCE)
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
            MessageList(channel=which.channel, limit=_AT_ONCE),
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
        done, failed, until_s = 0, list[RefusedMessage](), self.clock() + TIME_S
        for message in self._list_own(wanted, call):
            if self.clock() >= until_s:
                return BulkResult(done, failed, complete=False)
            if not is_meant(message):
                continue
            try:
                decide(message)
            except (Conflict, NotFound) as error:  # it changed meanwhile, or was deleted
                failed.append(RefusedMessage(message.id, error.code, str(error)))
            else:
                done += 1
        return BulkResult(done, failed, complete=True)

    def _list_own(self, wanted: MessageList, call: Call) -> Iterator[OutboundMessage]:
        page = self.lookup.page(wanted, call)
        yield from page.messages
        while page.next_cursor is not None:
            wanted = msgspec.structs.replace(wanted, cursor=page.next_cursor)
            page = self.lookup.page(wanted, call)
            yield from page.messages


def _has_failed(message: OutboundMessage, channel: Channel) -> bool:
    return any(
        sent.channel is channel and sent.status is MessageDeliveryStatus.FAILED
        for sent in message.channels
    )
