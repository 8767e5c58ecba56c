"""A calendar behind a link: who has the link reads it, until there is another link or none."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from publisher_kit import MESSAGES, RECURS, SCHEDULED, SERIES, author_of, made, stage_of
from support.wirings import running_on, wiring_on

LINK = "/api/v1/calendar-link"


@pytest.fixture
def author(callers, aws):
    with running_on(
        wiring_on(aws, **stage_of("http://127.0.0.1:1", public_url="https://api.example.com/"))
    ):
        yield author_of(callers)


def path_of(link):
    return urlsplit(link["url"]).path


def read(callers, path):
    status, body = callers.nobody().send("GET", path)
    return status, body.decode() if isinstance(body, bytes) else body


def test_who_has_the_link_reads_what_its_author_has_scheduled(author, callers):
    message = made(author, MESSAGES, SCHEDULED)
    made(author_of(callers, "bob"), MESSAGES, {**SCHEDULED, "content": "of another"})
    status, link = author.send("POST", LINK)
    assert (status, link["url"][:33]) == (201, "https://api.example.com/calendar/")
    assert link["url"].endswith(".ics")
    nobody = callers.nobody()
    status, body = nobody.send("GET", path_of(link))
    text = body.decode()
    assert (status, nobody.headers["Content-Type"]) == (200, "text/calendar")
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.count("BEGIN:VEVENT") == 0  # more than a year ahead
    author.send("POST", f"{MESSAGES}/{message['id']}/reschedule", {"scheduled_at": in_a_month()})
    text = nobody.send("GET", path_of(link))[1].decode()
    assert f"UID:{message['id']}@omnidata" in text
    assert "STATUS:CONFIRMED" in text
    assert "of another" not in text
    assert author.send("POST", f"{MESSAGES}/{message['id']}/cancel")[0] == 200
    assert "STATUS:CANCELLED" in nobody.send("GET", path_of(link))[1].decode()


def in_a_month():
    return f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"


def test_what_is_to_come_of_a_series_is_in_it(author, callers):
    starts_at = in_a_month()[:19]
    rule = {**RECURS, "rrule": "FREQ=DAILY;COUNT=3", "starts_at": starts_at}
    made(author, SERIES, {"content": "Every day", "channels": ["sms"], **rule})
    text = read(callers, path_of(author.send("POST", LINK)[1]))[1]
    assert text.count("SUMMARY:Every day") == 3


def test_a_new_link_ends_the_one_before_and_a_deleted_one_ends(author, callers):
    first = author.send("POST", LINK)[1]
    second = author.send("POST", LINK)[1]
    assert author.send("GET", LINK) == (200, second)
    assert read(callers, path_of(first))[0] == 404
    assert read(callers, path_of(second))[0] == 200
    assert author.send("DELETE", LINK)[0] == 204
    assert read(callers, path_of(second))[0] == 404
    assert author.send("GET", LINK)[0] == author.send("DELETE", LINK)[0] == 404


@pytest.mark.parametrize("spoil", [str.lower, lambda token: token[1:], lambda _: "a.ics"])
def test_a_token_that_is_not_ours_is_not_found(author, callers, spoil):
    path = path_of(author.send("POST", LINK)[1])
    token = path.removeprefix("/calendar/")
    status, problem = read(callers, f"/calendar/{spoil(token)}")
    assert (status, problem["code"]) == (404, "not_found")
