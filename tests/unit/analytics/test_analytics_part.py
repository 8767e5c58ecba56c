import gzip
from datetime import UTC, date, datetime

import pytest

from chalicelib.analytics import part
from chalicelib.analytics.model import ArchivedSearch

AT = datetime(2026, 1, 2, 3, 59, 59, tzinfo=UTC)


def _events(count):
    return [
        ArchivedSearch(
            event_id=f"e-{n:05}", user=f"ünï-{n} 🚀", action="search", at=AT, found=n % 2 == 0
        )
        for n in range(count)
    ]


def test_a_part_lies_below_its_day_and_hour():
    assert part.key(AT, "01ABC") == "searches/dt=2026-01-02/hour=03/part-01ABC.ndjson.gz"


def test_a_parts_hour_is_read_off_its_key():
    assert part.hour_of(part.key(AT, "x")) == datetime(2026, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "key",
    [
        "searches/dt=2026-01-02/hour=03/part-x.ndjson",
        "searches/dt=2026-01-32/hour=03/part-x.ndjson.gz",
        "searches/dt=2026-01-02/hour=24/part-x.ndjson.gz",
        "other/dt=2026-01-02/hour=03/part-x.ndjson.gz",
        "searches/dt=2026-01-02/hour=03/deeper/part-x.ndjson.gz",
    ],
)
def test_any_other_object_is_no_part(key):
    assert part.hour_of(key) is None


def test_a_days_parts_share_its_prefix():
    assert part.key(AT, "x").startswith(part.day_prefix(date(2026, 1, 2)))


def test_events_come_out_of_a_part_as_they_went_in():
    found = part.decompress(part.compress(_events(1_000)))

    assert found.events == _events(1_000)
    assert (found.malformed_rows, found.is_damaged) == (0, False)


def test_a_part_is_gzipped_json_lines():
    lines = gzip.decompress(part.compress(_events(2))).decode().splitlines()

    assert lines[1] == (
        '{"event_id":"e-00001","user":"ünï-1 🚀","action":"search","at":"2026-01-02T03:59:59Z",'
        '"found":false,"request_id":null,"searched_by":null,"v":0,"message_id":null,'
        '"trace":null}'
    )


def test_the_same_events_make_the_same_bytes():
    assert part.compress(_events(3)) == part.compress(_events(3))


def test_a_truncated_part_gives_what_stands_before_the_cut():
    whole = part.compress(_events(5_000))

    found = part.decompress(whole[: len(whole) // 2])

    assert found.is_damaged
    assert 0 < len(found.events) < 5_000
    assert found.events == _events(5_000)[: len(found.events)]


@pytest.mark.parametrize("body", [b"no gzip at all", b"\x1f\x8b\x08garbage", b"\x1f\x8b"])
def test_what_is_not_gzip_is_damaged(body):
    assert part.decompress(body).is_damaged


def test_a_flipped_byte_is_damage():
    whole = bytearray(part.compress(_events(100)))
    whole[-6] ^= 0xFF  # in the checksum

    assert part.decompress(bytes(whole)).is_damaged


@pytest.mark.thorough
def test_a_gzip_bomb_is_cut_off():
    found = part.decompress(gzip.compress(b"0" * 100 * 1024 * 1024))

    assert found.is_damaged
    assert found.unpacked_bytes <= part.MAX_UNPACKED_BYTES + part.MAX_LINE_BYTES


def test_rows_that_are_no_events_are_counted_and_the_others_kept():
    rows = gzip.decompress(part.compress(_events(2))).splitlines()
    rows[1:1] = [b"{}", b"not json", b"[1]", b'{"event_id":"e","user":"u","action":"a","at":7}']

    found = part.decompress(gzip.compress(b"\n".join(rows)))

    assert found.events == _events(2)
    assert (found.malformed_rows, found.is_damaged) == (4, False)


def test_joined_parts_are_one_part():
    found = part.decompress(part.compress(_events(2)) + part.compress(_events(3)))

    assert len(found.events) == 5
