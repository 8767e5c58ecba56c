"""The search event on the wire: the bytes that are sent, and what is taken back."""

from datetime import UTC, datetime

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.search_event import VERSION, SearchEvent, decode, encode

AT = datetime(2026, 1, 31, 9, 30, 0, 120_000, tzinfo=UTC)
SENT = SearchEvent(
    user="a", event_id="e", at=AT, found=False, request_id="r", searched_by="u-1", v=VERSION
)


def test_an_event_is_sent_with_every_field():
    assert encode(SENT) == (
        '{"user":"a","event_id":"e","at":"2026-01-31T09:30:00.120000Z","found":false,'
        '"request_id":"r","searched_by":"u-1","action":"search","v":1}'
    )


def test_what_is_sent_is_read():
    assert decode(encode(SENT)) == SENT


def test_the_form_without_bookkeeping_is_read():
    assert decode('{"user": "a", "action": "search"}') == SearchEvent(user="a")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"user": 1}',
        '{"user": "a", "found": "yes"}',
        '{"user": "a", "at": "yesterday"}',
        '{"user": "a", "v": -1}',
        '{"user": "%s"}' % ("a" * 1025),
        "[" * 5000,
    ],
)
def test_anything_else_is_refused(body):
    with pytest.raises(InvalidInput, match="not a search event"):
        decode(body)
