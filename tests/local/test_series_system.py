"""A series on the whole local system, over a clock change; the tick's time is the test's."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from support.authors import Author
from support.wirings import tick_wiring_of

from chalicelib.wiring import Wiring

# Five Mondays at nine in Berlin, which leaves summer time on Sunday, 31 October 2027. By text
# message, since Facebook refuses a text that equals a recent one.
WEEKLY = {
    "content": "A week in Berlin",
    "channels": ["sms"],
    "recipients": {"email": [], "sms": ["+15555550100"]},
    "rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=5",
    "starts_at": "2027-10-18T09:00:00",
    "time_zone": "Europe/Berlin",
}
IDS = [f"{day}T090000" for day in ("20271018", "20271025", "20271101", "20271108", "20271115")]


@pytest.fixture(scope="module")
def author(system):
    return Author(system)


@pytest.fixture(scope="module")
def wiring(system) -> Wiring:
    return tick_wiring_of(system)


def tick(wiring: Wiring, at: str) -> None:
    """Let `publish_due` run twice, as at that time."""

    def now() -> datetime:
        return datetime.fromisoformat(at)

    maker = replace(wiring.publisher.series.maker, now=now)
    for _ in range(2):
        replace(wiring.publisher.tick, now=now, makers=[maker.run]).run()


def test_nine_in_berlin_stays_nine_over_the_clock_change_one_is_changed_and_one_skipped(
    author, wiring
):
    status, series = author.send("POST", "/series", WEEKLY)
    assert (status, [one["id"] for one in series["occurrences"]]) == (201, IDS)
    path = f"/series/{series['id']}"
    changed = {"content": "Another week in Berlin", "scheduled_at": "2027-11-08T14:30:00"}
    assert author.send("PATCH", f"{path}/occurrences/{IDS[3]}", changed)[0] == 200
    assert author.send("DELETE", f"{path}/occurrences/{IDS[0]}")[0] == 204

    sent = ("2027-10-25T07:00:00Z", "2027-11-01T08:00:00Z", "2027-11-08T13:30:00Z")
    for week, at in enumerate(("2027-10-18T07:00:00Z", *sent)):
        before = datetime.fromisoformat(at) - timedelta(seconds=1)
        tick(wiring, before.isoformat())  # makes its message, and does not send it
        assert len(author.posts("week in Berlin")) == max(0, week - 1)
        tick(wiring, at)
        author.tick()  # the system's own, at the real time, changes nothing
        _, found = author.send("GET", path)
        if week == 0:
            assert (found["last_message_id"], found["next_at"]) == (None, sent[0])
            continue
        message = author.wait_for(found["last_message_id"], "sent")
        assert (message["scheduled_at"], message["occurrence"]) == (at, IDS[week])
    texts = [post["text"] for post in author.posts("week in Berlin")]
    assert sorted(texts) == ["A week in Berlin", "A week in Berlin", "Another week in Berlin"]
    assert (found["missed"], found["next_at"]) == ([], "2027-11-15T08:00:00Z")
    assert author.send("DELETE", path)[0] == 204
