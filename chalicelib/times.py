"""Timestamps as this product writes them: UTC, `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta

from chalicelib.errors import InvalidInput

# RFC 3339 in the form that everyone writes; years begin with 0001, as Python's do.
_RFC_3339 = (
    r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
AGE_PATTERN = r"[0-9]{1,9}[smhd]"
# A time as it is sent, which `text` or `sortable_text` wrote.
Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
# A time as it is asked for, which `parse_query` reads.
AskedTime = Annotated[
    str,
    Meta(
        description="An RFC 3339 time, or how long ago: `30s`, `15m`, `1h` or `7d`.",
        extra_json_schema={"pattern": rf"^({_RFC_3339}|{AGE_PATTERN})(?!\n)$"},
    ),
]
# A time as it is asked for where ages are not taken, which `parse_exact_query` reads.
ExactTime = Annotated[str, Meta(extra_json_schema={"pattern": rf"^{_RFC_3339}(?!\n)$"})]
# The most that a range may span: 31 days, and the hour that a clock change adds to them.
MAX_RANGE = timedelta(days=31, hours=1)

_TIME = re.compile(rf"^{_RFC_3339}(?!\n)$")
_AGE = re.compile(r"([0-9]{1,9})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LOST_PLUS = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:[0-9]{2}$)")  # "+" unescaped is a space in a URL


def text(at: datetime) -> str:
    """An aware time in UTC; the fraction is left out when it is zero."""
    return at.astimezone(UTC).isoformat()[: -len("+00:00")] + "Z"


def sortable_text(at: datetime) -> str:
    """An aware time in UTC, always with microseconds: such texts sort as their times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse(value: str, name: str) -> datetime:
    """An RFC 3339 time, normalised to UTC.

    Raises InvalidInput, which names the field, for anything else and for a time without zone.
    """
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise InvalidInput(f"{name} needs a time zone, such as a final Z")
        if not _TIME.match(value):
            raise ValueError(value)  # noqa: TRY301 the same as what cannot be read
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"{name} must be a time such as 2026-01-31T09:30:00Z") from error


def parse_exact_query(value: str, name: str) -> datetime:
    """A time of a query, whose plus may have been lost on the way.

    Raises InvalidInput as `parse` does.
    """
    return parse(_LOST_PLUS.sub("+", value), name)


def parse_query(value: str, name: str, now: datetime) -> datetime:
    """A time as queries give it: RFC 3339, or how long before `now`, such as `1h`.

    Raises InvalidInput, which names the field and the rule.
    """
    age = _AGE.fullmatch(value)
    try:
        if age is None:
            return parse_exact_query(value, name)
        return now - timedelta(**{_UNITS[age[2]]: int(age[1])})
    except OverflowError as error:
        raise InvalidInput(f"{name} is too long ago") from error
    except InvalidInput as error:
        raise InvalidInput(f"{error}, or an age such as 30s, 15m, 1h or 7d") from error


def parse_range(since: str | None, until: str | None, now: datetime) -> tuple[str | None, ...]:
    """The bounds of a query as sortable texts; None for one that is not given.

    Raises InvalidInput for a bad time, and for `since` that is not before `until`.
    """
    first, last = (
        None if value is None else sortable_text(parse_query(value, name, now))
        for value, name in ((since, "since"), (until, "until"))
    )
    if first is not None and last is not None and first >= last:
        raise InvalidInput("since must be before until")
    return first, last


def parse_span(
    given: tuple[str | None, str | None],
    names: tuple[str, str],
    now: datetime,
    default: timedelta,
) -> tuple[datetime, datetime]:
    """The bounds of a query that has both: without the last it is `now`, the first `default` ago.

    Raises InvalidInput for a bad time, an empty range, or one of more than 31 days.
    """
    first, last = names
    until = now if given[1] is None else parse_query(given[1], last, now)
    try:
        since = until - default if given[0] is None else parse_query(given[0], first, now)
    except OverflowError as error:
        raise InvalidInput(f"{last} is too early") from error
    _require_span(since, until, names)
    return since, until


def _require_span(since: datetime, until: datetime, names: tuple[str, str]) -> None:
    first, last = names
    if since >= until:
        raise InvalidInput(f"{first} must be before {last}")
    if until - since > MAX_RANGE:
        raise InvalidInput(f"{first} and {last} may be {MAX_RANGE.days} days apart at most")


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)
