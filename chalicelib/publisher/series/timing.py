"""When a series recurs, as its author gives it: its rule and its first local time; pure."""

import re
from datetime import datetime, timedelta
from functools import lru_cache

from chalicelib.errors import InvalidInput
from chalicelib.publisher import due_times
from chalicelib.publisher.model.series import LOCAL_PATTERN
from chalicelib.publisher.series import expansion, rrule
from chalicelib.publisher.series.rrule import Rule

LEAD = timedelta(hours=12)  # before its time the message of an occurrence is made


@lru_cache(maxsize=256)
def read_rule(text: str, starts_at: str, time_zone: str) -> Rule:
    """The complete rule of a series.

    Raises InvalidInput, which names the part.
    """
    zone = due_times.load_zone(time_zone)
    return expansion.complete(rrule.parse(text, zone), read_local(starts_at))


def read_local(starts_at: str) -> datetime:
    """A local time.

    Raises InvalidInput for one with an offset, or that does not exist.
    """
    try:
        if not re.match(LOCAL_PATTERN, starts_at):
            raise ValueError(starts_at)  # noqa: TRY301 the same as a time that does not exist
        return datetime.fromisoformat(starts_at)
    except ValueError as error:
        raise InvalidInput(
            "starts_at must be a local time without offset, such as 2026-10-19T09:00:00"
        ) from error


def find_last(series_rule: Rule, starts_at: str) -> str:
    """The local time of the last occurrence.

    Raises InvalidInput for a rule without occurrences or an end beyond five years.
    """
    return expansion.find_last(series_rule, read_local(starts_at)).isoformat()
