"""When owners of certificates are reminded, to which address, and in which words."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.publishing import call_of

from chalicelib.publisher import reminders
from chalicelib.publisher.stored_certificate import StoredCertification

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
CERTIFICATE = StoredCertification(
    id="c",
    user="ada",
    name="Solutions Architect",
    issuer="AWS",
    issued_on=date(2026, 1, 31),
    expires_on=date(2027, 1, 31),
    created_at="2026-11-28T12:00:00Z",
    updated_at="2026-11-28T12:00:00Z",
)


@pytest.mark.parametrize(
    ("expires_on", "at"),
    [
        (date(2029, 1, 31), "2028-12-02T08:00:00Z"),  # 60 days before
        (date(2027, 1, 28), "2026-11-29T08:00:00Z"),
        (date(2027, 1, 27), "2026-12-28T08:00:00Z"),  # 60 days before were at eight this morning
        (date(2026, 12, 18), "2026-12-11T08:00:00Z"),  # in 20 days: only the last one
        (date(2026, 12, 5), None),  # in 7 days, and eight has passed
        (date(2026, 11, 28), None),
        (date(2020, 1, 1), None),
        (date.min, None),
        (date.max, "9999-11-01T08:00:00Z"),
        (None, None),
    ],
)
def test_the_next_reminder_is_60_30_or_7_days_before_at_eight(expires_on, at):
    assert reminders.find_next(expires_on, NOON) == at


@given(st.dates(), st.datetimes(timezones=st.just(UTC)))
def test_one_after_the_other_they_are_at_most_three_and_all_ahead(expires_on, now):
    found = []
    while (at := reminders.find_next(expires_on, now)) is not None:
        before, now = now, datetime.fromisoformat(at)
        assert now > before
        found.append((expires_on - now.date()).days)
    assert found == [60, 30, 7][len([60, 30, 7]) - len(found) :]


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("ada@example.com", "ada@example.com"),
        ("", None),
        ("nobody", None),
        ("a@b.org\r\nBcc: x@y.org", None),
        (f"a@{'b' * 250}.org", None),
    ],
)
def test_without_an_address_nobody_is_reminded(email, address):
    planned = reminders.plan(CERTIFICATE, None, call_of(email=email), NOON)
    assert planned.owner_email == address
    assert (planned.next_reminder_at is None) == (address is None)


def test_an_address_that_may_be_another_persons_gets_no_reminder():
    call = call_of(email="ada@example.com")
    caller = msgspec.structs.replace(call.principal, has_proof=False)
    planned = reminders.plan(CERTIFICATE, None, msgspec.structs.replace(call, caller=caller), NOON)
    assert (planned.owner_email, planned.next_reminder_at) == (None, None)


def test_one_that_is_due_stays_until_the_tick_has_seen_to_it():
    due, call = "2026-11-28T08:00:00Z", call_of(email="ada@example.com")
    seen = msgspec.structs.replace(CERTIFICATE, next_reminder_at=due)
    assert reminders.plan(seen, seen, call, NOON).next_reminder_at == due
    moved = msgspec.structs.replace(seen, expires_on=date(2028, 1, 31))
    assert reminders.plan(moved, seen, call, NOON).next_reminder_at == "2027-12-02T08:00:00Z"


def test_a_name_of_many_lines_is_one_line_and_a_long_one_fits():
    odd = msgspec.structs.replace(CERTIFICATE, name="A\r\nBcc: x@y.org\n" + "x" * 300)
    subject = reminders.compose_subject(odd, date(2027, 1, 1))
    assert (len(subject), subject.splitlines()) == (200, [subject])
    assert reminders.compose_text(odd, date(2027, 1, 1)).startswith("Your certificate A Bcc: ")


@pytest.mark.parametrize(
    ("days", "said"),
    [(60, "in 60 days"), (2, "in 2 days"), (1, "tomorrow"), (0, "today")],
)
def test_the_words_say_when_and_what_of(days, said):
    today = date(2027, 1, 31) - timedelta(days=days)
    subject = reminders.compose_subject(CERTIFICATE, today)
    assert subject == f"Your certificate expires {said}: Solutions Architect"
    text = reminders.compose_text(CERTIFICATE, today)
    first = f"Your certificate Solutions Architect, issued by AWS, expires {said}, on 2027-01-31."
    assert text.splitlines()[0] == first
