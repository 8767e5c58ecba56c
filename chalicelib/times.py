"""Timestamps as this product writes them: UTC, `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`."""

from datetime import UTC, datetime

from chalicelib.errors import InvalidInput


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
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"{name} must be a time such as 2026-01-31T09:30:00Z") from error


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)
