"""The last attempts at a delivery, each in a few short fields; pure.

The claim begins one and the finish ends it, by the writes that are made anyway. So one that has no
outcome is under way, or its process died.
"""

from datetime import datetime, timedelta

from chalicelib import times
from chalicelib.publisher.model import DeliveryAttempt, PlatformCall
from chalicelib.publisher.outcomes import AttemptResult
from chalicelib.publisher.stored import ATTEMPTS_KEPT, StoredDelivery

_MAX_CODE_CHARS = 60
_MILLISECOND = timedelta(milliseconds=1)


def end(
    held: StoredDelivery, result: AttemptResult, call: PlatformCall | None, now: datetime
) -> list[DeliveryAttempt]:
    """The attempts, of which the last one ended so.

    What was armed when it was taken was another's attempt, who died: its call is not known.
    """
    *earlier, begun = held.last_attempts or [DeliveryAttempt(at=times.text(now))]
    error, is_ours = result.facts.get("error"), held.armed_at is None
    ended = DeliveryAttempt(
        at=begun.at,
        outcome=result.status,
        duration_ms=(now - times.parse(begun.at, "at")) // _MILLISECOND if is_ours else None,
        error_class=error and error.class_,
        error_code=error and error.code[:_MAX_CODE_CHARS],
        call=call if is_ours else None,
    )
    return [*earlier, ended][-ATTEMPTS_KEPT:]
