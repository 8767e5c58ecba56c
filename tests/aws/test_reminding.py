"""Reminders of certificates on a table of moto's: each goes out once, at its time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from support.publishing import Publisher, call_of, count_calls

from chalicelib.errors import Conflict
from chalicelib.publisher import reminding
from chalicelib.publisher.model import MessageList, NewCertification, NewMessage

ADA = "ada@example.com"
EXPIRES_ON = date(2027, 3, 1)
DAY_S = 86_400


@pytest.fixture
def publisher(aws) -> Publisher:
    """At 10:00 UTC of Saturday, 28 November 2026."""
    return Publisher(aws)


def new(expires_on=EXPIRES_ON, **more) -> NewCertification:
    fields = {"name": "Architect", "issuer": "AWS", "issued_on": date(2026, 1, 5), **more}
    return NewCertification(expires_on=expires_on, **fields)


def create(publisher, expires_on=EXPIRES_ON, user="ada", email=ADA):
    return publisher.certifications.create(new(expires_on), call_of(user, email=email))


def messages(publisher, user="ada"):
    """The messages there are, the first made first."""
    return publisher.lookup.page(MessageList(limit=100), call_of(user)).messages[::-1]


def go_on(publisher, days: int) -> None:
    """Let days pass, with two ticks and the deliveries of each."""
    for _ in range(days):
        publisher.clock.turn(DAY_S)
        tick(publisher)


def tick(publisher) -> None:
    for _ in range(2):
        publisher.tick.run()
        publisher.clock.turn(61)
    publisher.tick.run()
    publisher.deliver_stream()


def find(publisher, made):
    return publisher.certifications.get(made.id, call_of())


def item_of(publisher, made):
    return publisher.table.get({"PK": f"CERT#{made.id}", "SK": "METADATA"})


def test_three_e_mails_to_its_owner_and_no_more(publisher):
    made = create(publisher)
    assert made.next_reminder_at == "2026-12-31T08:00:00Z"
    go_on(publisher, 120)
    sent = messages(publisher)
    assert [message.subject for message in sent] == [
        f"Your certificate expires in {days} days: Architect" for days in (60, 30, 7)
    ]
    days = [message.created_at[:10] for message in sent]
    assert days == ["2026-12-31", "2027-01-30", "2027-02-22"]
    for message in sent:
        (delivery,) = message.channels
        assert (delivery.channel, delivery.target, delivery.status) == ("email", ADA, "sent")
    assert set(publisher.count_live().values()) == {1}
    found = find(publisher, made)
    assert (found.next_reminder_at, found.last_reminder_message_id) == (None, sent[-1].id)
    assert (found.rev, found.status) == (1, "expired")
    assert "GSI2PK" not in item_of(publisher, made)


def test_its_keys_are_those_of_its_access_patterns(publisher):
    item = item_of(publisher, create(publisher))
    assert (item["GSI2PK"], item["GSI2SK"]) == ("STATUS#expiring", "2026-12-31T08:00:00Z")
    assert item["owner_email"] == ADA


def test_what_is_past_when_it_is_made_is_not_sent(publisher):
    create(publisher, date(2026, 12, 18))
    go_on(publisher, 30)
    (message,) = messages(publisher)
    assert message.subject == "Your certificate expires in 7 days: Architect"


def test_another_expiry_date_moves_it_and_none_ends_it(publisher):
    made = create(publisher)
    call = call_of(email=ADA)
    moved = publisher.certifications.replace(made.id, new(date(2028, 3, 1)), call)
    assert moved.next_reminder_at == "2028-01-01T08:00:00Z"
    go_on(publisher, 100)
    assert messages(publisher) == []
    ended = publisher.certifications.replace(made.id, new(None), call)
    assert ended.next_reminder_at is None
    assert "GSI2PK" not in item_of(publisher, made)


def test_an_expiry_date_that_is_taken_back_reminds_of_what_is_left_of_it_once(publisher):
    made = create(publisher)
    go_on(publisher, 34)
    call = call_of(email=ADA)
    publisher.certifications.replace(made.id, new(date(2028, 3, 1)), call)
    back = publisher.certifications.replace(made.id, new(), call)
    assert back.next_reminder_at == "2027-01-30T08:00:00Z"
    go_on(publisher, 60)
    assert len(messages(publisher)) == 3


def test_of_one_that_is_deleted_nobody_is_reminded(publisher):
    made = create(publisher)
    publisher.certifications.delete(made.id, call_of())
    go_on(publisher, 40)
    assert messages(publisher) == []


def test_one_of_before_has_no_address_until_it_is_changed(publisher):
    made = create(publisher, email="")
    key = {"PK": f"CERT#{made.id}", "SK": "METADATA"}
    old = {
        name: value
        for name, value in item_of(publisher, made).items()
        if name not in ("owner_email", "request_id", "next_reminder_at", "public")
    }
    publisher.table.put({**key, **old})
    assert find(publisher, made).next_reminder_at is None
    go_on(publisher, 40)
    assert messages(publisher) == []
    changed = publisher.certifications.replace(made.id, new(), call_of(email=ADA))
    assert changed.next_reminder_at == "2027-01-30T08:00:00Z"


def test_a_change_takes_the_address_that_its_owner_has_then(publisher):
    made = create(publisher)
    publisher.certifications.replace(made.id, new(), call_of(email="ada@new.example"))
    go_on(publisher, 34)
    (message,) = messages(publisher)
    assert message.recipients.email == ["ada@new.example"]


def test_a_reminder_that_is_due_outlives_a_change_before_the_tick(publisher):
    made = create(publisher)
    publisher.clock.at = datetime(2026, 12, 31, 8, 0, 30, tzinfo=UTC)
    publisher.certifications.replace(made.id, new(name="Renamed"), call_of(email=ADA))
    tick(publisher)
    (message,) = messages(publisher)
    assert message.subject == "Your certificate expires in 60 days: Renamed"


def test_whoever_changes_it_beside_the_tick_is_told_so_and_nothing_is_sent_twice(publisher):
    made = create(publisher)
    publisher.clock.at = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)
    seen = publisher.certifications.store.get(made.id)
    assert publisher.reminder_maker.make(made.id)
    assert publisher.certifications.store.replace(seen, seen) is False
    late = replace(publisher.certifications, store=_Stale(publisher.certifications.store, seen))
    with pytest.raises(Conflict):
        late.replace(made.id, new(), call_of(email=ADA))


def test_two_ticks_at_once_make_one(publisher):
    made = create(publisher)
    publisher.clock.at = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(publisher.reminder_maker.make, [made.id] * 8)) == 1
    assert len(messages(publisher)) == 1
    assert publisher.activity.counted["messages", "ada"] == 1


def test_a_clock_behind_the_ticks_makes_no_second_one(publisher):
    """Its owner takes an expiry date back at the moment of the reminder, by a slower clock."""
    made = create(publisher)
    publisher.clock.at = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)
    publisher.reminder_maker.make(made.id)
    publisher.clock.turn(-1)
    for expires_on in (date(2028, 3, 1), EXPIRES_ON):
        publisher.certifications.replace(made.id, new(expires_on), call_of(email=ADA))
    publisher.clock.turn(2)
    tick(publisher)
    assert len(messages(publisher)) == 1
    assert find(publisher, made).next_reminder_at == "2027-01-30T08:00:00Z"


def test_after_an_outage_one_says_how_many_days_are_left_and_after_its_end_none(publisher):
    made, late = create(publisher), create(publisher, date(2027, 2, 1), "bob", "bob@example.com")
    publisher.clock.at = datetime(2027, 2, 10, tzinfo=UTC)
    tick(publisher)
    (message,) = messages(publisher)
    assert message.subject == "Your certificate expires in 19 days: Architect"
    assert find(publisher, made).next_reminder_at == "2027-02-22T08:00:00Z"
    assert messages(publisher, "bob") == []
    assert "GSI2PK" not in item_of(publisher, late)


def test_where_approval_is_needed_a_reminder_needs_none(aws):
    publisher = Publisher(aws, need_approval=True)
    create(publisher)
    go_on(publisher, 34)
    (message,) = messages(publisher)
    assert (message.status, message.approval) == ("sent", None)


def test_many_at_once_keep_no_post_waiting(aws, monkeypatch):
    monkeypatch.setattr(reminding, "MOST", 20)
    publisher = Publisher(aws, shards=4)
    for _ in range(50):
        create(publisher)
    publisher.clock.at = datetime(2026, 12, 31, 7, 59, tzinfo=UTC)
    post = NewMessage(content="x", channels=["sms"], scheduled_at="2026-12-31T08:00:30Z")
    post_id = publisher.creating.create(post, call_of("bob")).id
    publisher.clock.turn(60)
    calls = count_calls(publisher.table.client)
    publisher.tick.run()
    assert calls["TransactWriteItems"] == 20
    publisher.clock.turn(60)
    publisher.tick.run()
    assert publisher.stream[0][0] == f"{post_id}#sms"
    assert (len(publisher.stream), calls["TransactWriteItems"]) == (1 + 20, 40)
    for _ in range(2):
        publisher.clock.turn(60)
        publisher.tick.run()
    publisher.deliver_stream()
    assert publisher.count_live().total() == 51
    assert set(publisher.count_live().values()) == {1}


def test_what_there_was_no_time_for_is_made_by_the_next_tick(publisher):
    create(publisher)
    publisher.clock.at = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)
    with ThreadPoolExecutor(1) as pool:
        assert publisher.reminder_maker.run(pool, deadline=0.0) is None
    assert messages(publisher) == []
    publisher.tick.run()
    assert len(messages(publisher)) == 1


class _Stale:
    """A store that shows what a certificate was."""

    def __init__(self, store, seen) -> None:
        self._store, self._seen = store, seen

    def get(self, _):
        return self._seen

    def __getattr__(self, name):
        return getattr(self._store, name)
