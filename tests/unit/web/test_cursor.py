"""A page cursor opens for the owner and query it was sealed for, and for nothing else."""

import base64

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.web.cursors import Cursors

POSITION = {"user_id": "a@b.c"}


def sealed(**changes) -> str:
    cursor = Cursors(lambda: "key").seal(
        POSITION, **({"owner": "u-1", "query": "records"} | changes)
    )
    assert cursor is not None
    return cursor


def opened(cursor, *, key="key", owner="u-1", query="records"):
    return Cursors(lambda: key).open(cursor, owner=owner, query=query)


def flipped(cursor: str, bit: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(cursor))
    raw[bit // 8] ^= 1 << (bit % 8)
    return base64.urlsafe_b64encode(bytes(raw)).decode()


def test_a_cursor_opens_to_its_position():
    assert opened(sealed()) == POSITION


def test_no_cursor_is_the_beginning_and_no_position_the_end():
    assert opened(None) is None
    assert Cursors(lambda: "key").seal(None, owner="u-1", query="records") is None


def test_a_cursor_of_another_owner_query_or_key_is_refused():
    for cursor in (sealed(owner="u-2"), sealed(query="orders")):
        with pytest.raises(InvalidInput):
            opened(cursor)
    with pytest.raises(InvalidInput):
        opened(sealed(), key="another")


def test_owner_and_query_cannot_be_shifted_into_each_other():
    with pytest.raises(InvalidInput):
        opened(sealed(owner="u-1r", query="ecords"))
    with pytest.raises(InvalidInput):
        opened(sealed(owner='u-1","records', query=""))


def test_every_flipped_bit_is_noticed():
    bits = len(base64.urlsafe_b64decode(sealed())) * 8
    for bit in range(bits):
        with pytest.raises(InvalidInput):
            opened(flipped(sealed(), bit))


def test_every_truncation_is_noticed():
    raw = base64.urlsafe_b64decode(sealed())
    for length in range(len(raw)):
        with pytest.raises(InvalidInput):
            opened(base64.urlsafe_b64encode(raw[:length]).decode())


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "====",
        "a b",
        "é",
        "\ud800",
        "null",
        "eyJ1c2VyX2lkIjoiYSJ9",
        "A" * 4096,
        "A" * 4097,
        "A" * 1_000_000,
        base64.urlsafe_b64encode(b"\0" * 16 + b'{"user_id":"a"}').decode(),
        base64.urlsafe_b64encode(b"\0" * 16).decode(),
    ],
    ids=lambda cursor: ascii(cursor[:20]),
)
def test_a_made_up_cursor_is_refused(cursor):
    with pytest.raises(InvalidInput, match="cursor"):
        opened(cursor)


def test_the_key_is_read_when_it_is_first_needed():
    read = []
    cursors = Cursors(lambda: read.append(1) or "key")
    assert cursors.open(None, owner="u-1", query="records") is None
    assert read == []
    cursors.seal(POSITION, owner="u-1", query="records")
    assert read == [1]
