"""A calendar as programs subscribe to it: iCalendar (RFC 5545); pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalicelib.publisher.model import MessageStatus, OutboundMessage, SeriesOccurrence

MEDIA_TYPE = "text/calendar"
_LINE_BYTES = 75  # RFC 5545, 3.1
_LENGTH = timedelta(minutes=15)  # a point in time is not shown by every calendar
_SUMMARY = 60
_CANCELLED = frozenset({MessageStatus.CANCELLED})
_TENTATIVE = frozenset({MessageStatus.DRAFT, MessageStatus.WAITING})


class CalendarEvent(NamedTuple):
    """What a calendar shows: `at` and `changed_at` are in UTC."""

    uid: str
    at: datetime
    changed_at: datetime
    sequence: int
    status: str
    text: str
    note: str


def list_events(
    messages: Iterable[OutboundMessage], coming: Iterable[SeriesOccurrence], now: datetime
) -> Iterator[CalendarEvent]:
    """Messages that have a time, and occurrences of series that are no messages yet."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)  # the same text all day: a 304
    for message in messages:
        if message.scheduled_at is not None:
            yield _show_message(message, message.scheduled_at)
    for occurrence in coming:
        if occurrence.message_id is None:
            yield CalendarEvent(
                f"{occurrence.series_id}-{occurrence.id}",
                _read(occurrence.scheduled_at),
                today,
                0,
                "TENTATIVE",
                occurrence.text,
                f"of a series, on {', '.join(occurrence.channels)}",
            )


def _show_message(message: OutboundMessage, at: str) -> CalendarEvent:
    channels = ", ".join(dict.fromkeys(str(sent.channel) for sent in message.channels))
    return CalendarEvent(
        # As its occurrence was named before there was a message, so that it is not shown twice.
        f"{message.series_id}-{message.occurrence}" if message.occurrence else message.id,
        _read(at),
        _read(message.updated_at),
        message.rev,
        _read_status(message.status),
        message.content,
        f"{message.status}, on {channels}",
    )


def _read_status(status: MessageStatus) -> str:
    if status in _CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if status in _TENTATIVE else "CONFIRMED"


def _read(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(UTC)


def render(events: Iterable[CalendarEvent], name: str) -> bytes:
    """The calendar, which programs are asked to read again every hour."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//OmniData//Publisher//EN",
        f"X-WR-CALNAME:{_escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for event in events:
        lines += _list_lines(event)
    return b"".join(map(_fold, [*lines, "END:VCALENDAR"]))


def _list_lines(event: CalendarEvent) -> list[str]:
    first = (event.text.strip().splitlines() or [""])[0]
    summary = first if len(first) <= _SUMMARY else f"{first[: _SUMMARY - 1]}…"
    told = _escape(event.text + "\n\n" + event.note)
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}@omnidata",
        f"DTSTAMP:{_write(event.changed_at)}",
        f"DTSTART:{_write(event.at)}",
        f"DTEND:{_write(event.at + _LENGTH)}",
        f"SEQUENCE:{event.sequence}",
        f"STATUS:{event.status}",
        f"SUMMARY:{_escape(summary)}",
        f"DESCRIPTION:{told}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _write(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    """A text as a value (RFC 5545, 3.3.11), in which other controls than tabs may not be."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(plain, escaped)
    one_line = "\\n".join(text.splitlines())
    return "".join(sign for sign in one_line if sign == "\t" or sign.isprintable())


def _fold(line: str) -> bytes:
    """A line in pieces of at most 75 bytes; a piece goes on after a space, at a whole sign."""
    pieces, piece = [], b""
    for sign in line:
        raw = sign.encode()
        if len(piece) + len(raw) > _LINE_BYTES:
            pieces.append(piece)
            piece = b" "
        piece += raw
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
