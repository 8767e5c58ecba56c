"""When a failed attempt is repeated, and when a receiver is given up; pure.

The example schedule of Standard Webhooks (5 s, 5 min, 30 min, 2 h, ...) in what SQS can delay: a
message waits 15 minutes at most, so later attempts are that far apart.
"""

from datetime import datetime, timedelta

FIRST_DELAYS_S = (5, 60, 300)
LONGEST_DELAY_S = 900  # SQS's own
MAX_AGE = timedelta(hours=12)
# An event counts against its webhook once, with its fourth attempt: the short delays are over.
COUNTED_ATTEMPT = len(FIRST_DELAYS_S) + 1
MAX_FAILED_EVENTS = 10
MIN_FAILING = timedelta(hours=1)


def next_delay_s(attempt: int, begun_at: datetime, now: datetime) -> int | None:
    """Seconds from attempt number `attempt`, which failed, to the next; None to give up."""
    if now - begun_at >= MAX_AGE:
        return None
    return FIRST_DELAYS_S[attempt - 1] if attempt <= len(FIRST_DELAYS_S) else LONGEST_DELAY_S


def is_given_up(failed_events: int, failing_since: datetime | None, now: datetime) -> bool:
    """Whether a webhook is to be paused: many events failed one after the other, for an hour."""
    if failing_since is None or failed_events < MAX_FAILED_EVENTS:
        return False
    return now - failing_since >= MIN_FAILING
