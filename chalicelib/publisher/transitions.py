"""How a message follows from its deliveries, and when a failed attempt is repeated; pure."""

import random
from collections.abc import Callable, Iterable
from datetime import timedelta

from chalicelib.publisher.model import MessageDeliveryStatus, MessageStatus

MAX_ATTEMPTS = 10
MAX_LATE = timedelta(hours=24)  # beyond that a message is missed: nobody wants yesterday's news
FIRST_PAUSE_S, LONGEST_PAUSE_S = 15, 30 * 60

OPEN = frozenset(
    {
        MessageDeliveryStatus.PENDING,
        MessageDeliveryStatus.SENDING,
        MessageDeliveryStatus.PROCESSING,
        MessageDeliveryStatus.RETRY,
    }
)
CLAIMABLE = (
    MessageDeliveryStatus.PENDING,
    MessageDeliveryStatus.PROCESSING,
    MessageDeliveryStatus.RETRY,
)
EDITABLE = (MessageStatus.DRAFT, MessageStatus.WAITING, MessageStatus.SCHEDULED)
UNDER_WAY = (MessageStatus.QUEUED, MessageStatus.SENDING)


def derive(statuses: Iterable[MessageDeliveryStatus]) -> MessageStatus:
    """The status of a message whose delivery began.

    A cancelled delivery counts only where others are not: what was sent before makes it partial.
    """
    found = set(statuses)
    if found == {MessageDeliveryStatus.PENDING}:
        return MessageStatus.QUEUED
    if found & OPEN:
        return MessageStatus.SENDING
    if len(found) > 1:
        return MessageStatus.PARTIAL
    return MessageStatus(found.pop())


def pause_s(attempts: int, rng: Callable[[], float] = random.random) -> float:
    """How long to wait after so many attempts: exponential, with equal jitter."""
    longest = min(FIRST_PAUSE_S * 2.0 ** (attempts - 1), LONGEST_PAUSE_S)
    return longest / 2 + longest / 2 * rng()


def look_again_s(looks: int) -> float:
    """When the tick looks again at a queued message that it looked at so many times."""
    return min(60.0 * 2.0 ** min(looks, 10), 15 * 60)
