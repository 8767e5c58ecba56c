"""Decides on many messages of an author at once: cancels by filter, retries by channel."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

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
from chalicelib.waves import WAVES, TimeUp, Waves
from chalicelib.web.call import Call

# Without a status it is what would go out; a draft is cancelled when its status is named.
_CANCELLED = (MessageStatus.WAITING, MessageStatus.SCHEDULED, MessageStatus.QUEUED)
_AT_ONCE, _MAX = 100, 1_000


@dataclass(frozen=True, slots=True)
class BulkDecisions:
    """Decisions on all messages that a filter names, at most 1,000 in a request."""

    lookup: MessageLookup
    editing: Editing
    resolving: Resolving
    waves: Waves = WAVES

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
        meant = list(islice(filter(is_meant, self._list_own(wanted, call)), _MAX + 1))
        outcomes: list[RefusedMessage | None] = []
        complete = len(meant) <= _MAX
        try:
            for outcome in self.waves.write(meant[:_MAX], partial(_try, decide)):
                outcomes.append(outcome)  # noqa: PERF402 which keeps those before the time was up
        except TimeUp:
            complete = False
        failed = [outcome for outcome in outcomes if outcome is not None]
        return BulkResult(len(outcomes) - len(failed), failed, complete)

    def _list_own(self, wanted: MessageList, call: Call) -> Iterator[OutboundMessage]:
        page = self.lookup.page(wanted, call)
        yield from page.messages
        while page.next_cursor is not None:
            wanted = msgspec.structs.replace(wanted, cursor=page.next_cursor)
            page = self.lookup.page(wanted, call)
            yield from page.messages


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
