"""Timestamps as this product writes them: UTC, `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`."""

import re
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.errors import InvalidInput

# RFC 3339 in the form that everyone writes; years begin with 0001, as Python's do.
TIME_PATTERN = (
    r"^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})(?!\n)$"
)
# A time as it is sent, which `text` or `sortable_text` wrote.
Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
# A time as it is asked for, which `parse` reads.
AskedTime = Annotated[str, Meta(extra_json_schema={"format": "date-time", "pattern": TIME_PATTERN})]

_TIME = re.compile(TIME_PATTERN)


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


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)
