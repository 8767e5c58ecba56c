"""A calendar as RFC 5545 has it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.publisher.exchange.icalendar import CalendarEvent, render

AT = datetime(2029, 1, 1, 8, tzinfo=UTC)


def event(text, note="on sms"):
    return CalendarEvent("1", AT, AT, 3, "CONFIRMED", text, note)


def unfold(raw):
    return raw.decode().replace("\r\n ", "").split("\r\n")


def values_of(raw):
    return dict(line.split(":", 1) for line in unfold(raw) if line)


def unescape(value):
    out, signs = "", iter(value)
    for sign in signs:
        following = next(signs) if sign == "\\" else ""
        out += {"": sign, "n": "\n"}.get(following, following)
    return out


def test_an_event_has_its_times_in_utc_and_its_revision():
    values = values_of(render([event("Hello; you, there\\ now")], "OmniData"))
    assert (values["DTSTART"], values["DTEND"]) == ("20290101T080000Z", "20290101T081500Z")
    assert (values["UID"], values["SEQUENCE"]) == ("1@omnidata", "3")
    assert values["SUMMARY"] == r"Hello\; you\, there\\ now"


@pytest.mark.parametrize("text", ["", " \n", "x" * 200, "a\nb"])
def test_a_summary_is_the_beginning_of_the_first_line(text):
    summary = values_of(render([event(text)], "n"))["SUMMARY"]
    assert text.strip().startswith(summary.removesuffix("…"))
    assert len(summary) <= 60
    assert "\n" not in summary


@pytest.mark.thorough
@given(st.text(max_size=300))
def test_no_text_breaks_out_of_its_line_and_lines_are_short(text):
    raw = render([event(text), event("next")], "n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    lines = unfold(raw)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    told = unescape(next(line for line in lines if line.startswith("DESCRIPTION:"))[12:])
    printable = "\n".join(f"{text}\n\non sms".splitlines())
    assert told == "".join(sign for sign in printable if sign.isprintable() or sign in "\t\n")
