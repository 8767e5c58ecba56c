from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.webhooks.schedule import is_given_up, next_delay_s

BEGUN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_event_is_tried_for_half_a_day():
    at, delays = BEGUN, []
    while (delay_s := next_delay_s(len(delays) + 1, BEGUN, at)) is not None:
        delays.append(delay_s)
        at += timedelta(seconds=delay_s)

    assert delays[:5] == [5, 60, 300, 900, 900]
    assert max(delays) == 900  # the most that SQS delays a message
    assert timedelta(hours=12) <= at - BEGUN < timedelta(hours=12, minutes=15)
    assert len(delays) == 51


@pytest.mark.parametrize(
    ("events", "minutes", "expected"), [(10, 60, True), (9, 600, False), (1000, 59, False)]
)
def test_a_webhook_is_paused_after_ten_failed_events_and_an_hour(events, minutes, expected):
    assert is_given_up(events, BEGUN, BEGUN + timedelta(minutes=minutes)) is expected


def test_one_that_never_failed_is_not():
    assert not is_given_up(0, None, BEGUN)
