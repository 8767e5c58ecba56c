"""What a delivery becomes after an attempt: its status and the facts to store; pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.publisher import keys, transitions
from chalicelib.publisher.channels.base import NotReady, Published, Rejection
from chalicelib.publisher.model import (
    DeliveryErrorClass,
    MessageDeliveryError,
    MessageDeliveryStatus,
)

HOLD_S = 15 * 60  # a held channel is tried again by one delivery after that

REPEATED = (DeliveryErrorClass.TRANSIENT, DeliveryErrorClass.RATE, DeliveryErrorClass.HOLD)
_UNKNOWN = MessageDeliveryError(
    class_=DeliveryErrorClass.UNKNOWN,
    code="no_response",
    message="the publish call had no response: the post may be live",
    advice="Look at the channel, then resolve the delivery: it is live, or post again.",
)


class AttemptResult(NamedTuple):
    """A delivery's new status, the attributes to set with it, and the setting to mend, if any."""

    status: MessageDeliveryStatus
    facts: Mapping[str, Any]
    setting: str | None = None


def sent(published: Published, now: datetime) -> AttemptResult:
    """It is live."""
    facts = {
        "external_id": published.external_id or None,
        "permalink": published.permalink,
        "sent_at": keys.due_time(now),
        "error": None,
    }
    return AttemptResult(MessageDeliveryStatus.SENT, facts)


def processing(wait: NotReady, now: datetime) -> AttemptResult:
    """The platform needs time; that is no failed attempt."""
    at = keys.due_time(now + timedelta(seconds=max(wait.retry_after_s, 1)))
    facts = {"prepared": wait.prepared, "next_attempt_at": at}
    return AttemptResult(MessageDeliveryStatus.PROCESSING, facts)


def unconfirmed() -> AttemptResult:
    """It may be live, and nobody could find out."""
    return AttemptResult(MessageDeliveryStatus.UNCONFIRMED, {"error": _UNKNOWN})


def held(error: MessageDeliveryError, until: str) -> AttemptResult:
    """Its channel waits for a setting."""
    return AttemptResult(MessageDeliveryStatus.RETRY, {"error": error, "next_attempt_at": until})


def rejected(rejection: Rejection, attempts: int, now: datetime) -> AttemptResult:
    """The platform refused: tried again where that may help, and not too often."""
    error = read_error(rejection)
    exhausted = (
        attempts >= transitions.MAX_ATTEMPTS and rejection.error_class != DeliveryErrorClass.HOLD
    )
    if rejection.error_class not in REPEATED or exhausted:
        return AttemptResult(MessageDeliveryStatus.FAILED, {"error": error})
    pause_s = transitions.pause_s(attempts)
    if rejection.error_class is DeliveryErrorClass.HOLD:
        pause_s = HOLD_S
    if rejection.retry_after_s is not None:
        pause_s = max(pause_s, min(rejection.retry_after_s, transitions.MAX_LATE.total_seconds()))
    at = keys.due_time(now + timedelta(seconds=pause_s))
    facts = {"error": error, "next_attempt_at": at}
    return AttemptResult(MessageDeliveryStatus.RETRY, facts, rejection.setting)


def read_error(rejection: Rejection) -> MessageDeliveryError:
    """A rejection as its author reads it."""
    return MessageDeliveryError(
        class_=rejection.error_class,
        code=rejection.code,
        message=rejection.message,
        advice=rejection.advice,
    )
