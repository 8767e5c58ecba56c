"""Messages from their creation to their last delivery, on a table of moto's."""

import json
import random
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import pytest
from support.publishing import ALL, AT_1, FakeChannel, Publisher, call_of, raising, rejection
from support.wirings import wiring_on

from chalicelib.errors import Conflict, InvalidInput, NotFound, PreconditionFailed, Unavailable
from chalicelib.publisher import keys
from chalicelib.publisher.channels.base import Published
from chalicelib.publisher.leases import DeliveryRef
from chalicelib.publisher.model import (
    Channel,
    DeliveryErrorClass,
    DeliveryResolution,
    MessageChange,
    MessageDeliveryStatus,
    MessageList,
    MessageRecipients,
    MessageStatus,
    NewMessage,
    NewMessageTime,
    ResolutionOutcome,
)


@pytest.fixture
def publisher(aws) -> Publisher:
    return Publisher(aws)


def new(content="Hello", channels=ALL, **more) -> NewMessage:
    return NewMessage(content=content, channels=list(channels), **more)


def statuses(message) -> dict[str, str]:
    return {delivery.channel: delivery.status for delivery in message.channels}


def due_keys(publisher) -> list[str]:
    """The partitions of the due index that hold anything."""
    items = publisher.table.scan(1000).items
    return sorted(item["GSI2PK"] for item in items if "GSI2PK" in item)


def test_a_message_reaches_all_its_channels_once(publisher):
    message = publisher.creating.create(new(), call_of())
    assert message.status is MessageStatus.QUEUED
    publisher.deliver_stream()
    sent = publisher.lookup.get(message.id, call_of())
    assert sent.status is MessageStatus.SENT
    assert set(statuses(sent).values()) == {"sent"}
    assert set(publisher.count_live().values()) == {1}
    assert sent.channels[0].external_id == f"post-{message.id}#facebook"
    assert sent.channels[0].sent_at == "2026-11-28T10:00:00Z"
    assert sent.channels[1].text == "Hello"
    assert due_keys(publisher) == []


def test_every_access_pattern_of_the_table_has_its_keys(publisher):
    message = publisher.creating.create(
        new(channels=["facebook", "linkedin"], scheduled_at="2026-12-24T15:00:00Z"), call_of()
    )
    items = {item["SK"]: item for item in publisher.table.query("PK", f"MSG#{message.id}")}
    assert set(items) == {"METADATA", "CALENDAR", "CHANNEL#facebook", "CHANNEL#linkedin"}
    wanted = {
        "GSI1PK": "USER#ada",
        "GSI1SK": f"MSG#{message.id}",
        "GSI2PK": "STATUS#scheduled",
        "GSI2SK": "2026-12-24T15:00:00Z",
    }
    assert {name: items["METADATA"][name] for name in wanted} == wanted
    assert items["CALENDAR"]["GSI1PK"] == "CALENDAR#ada"
    assert items["CHANNEL#facebook"]["status"] == "pending"
    assert items["CHANNEL#facebook"]["external_id"] is None
    assert "GSI2PK" not in items["CHANNEL#facebook"]


def test_a_scheduled_message_goes_out_in_its_minute_and_once_with_two_ticks(publisher):
    message = publisher.creating.create(
        new(scheduled_at="2026-11-28T10:05:00Z", channels=["sms"]), call_of()
    )
    assert publisher.tick.run() == 0
    publisher.clock.turn(300)
    assert publisher.tick.run() == 1
    assert publisher.tick.run() == 0
    publisher.deliver_stream()
    assert publisher.lookup.get(message.id, call_of()).status is MessageStatus.SENT
    assert sum(publisher.count_live().values()) == 1


def test_with_the_stream_down_the_tick_delivers_within_two_minutes(publisher):
    publisher.refuses_records = True
    message = publisher.creating.create(new(), call_of())
    publisher.clock.turn(61)
    publisher.tick.run()
    assert publisher.lookup.get(message.id, call_of()).status is MessageStatus.SENT


def test_a_channel_that_is_down_leaves_the_others_sent_and_is_retried_alone(publisher):
    linkedin = publisher.channels[Channel.LINKEDIN]
    linkedin.before = raising(rejection(DeliveryErrorClass.PERMANENT))
    message = publisher.creating.create(new(), call_of())
    publisher.deliver_stream()
    partial = publisher.lookup.get(message.id, call_of())
    assert partial.status is MessageStatus.PARTIAL
    failed = next(d for d in partial.channels if d.channel == "linkedin")
    assert (failed.status, failed.error.code, failed.error.advice) == ("failed", "1", "wait")
    linkedin.before = lambda _: None
    clicks = 0
    for _ in range(10):
        try:
            publisher.resolving.retry(message.id, call_of())
            clicks += 1
        except Conflict:
            pass
    publisher.deliver_stream()
    assert clicks == 1
    assert publisher.lookup.get(message.id, call_of()).status is MessageStatus.SENT
    assert set(publisher.count_live().values()) == {1}


def test_a_lost_response_is_unconfirmed_and_never_repeated_by_itself(publisher):
    publisher.channels[Channel.FACEBOOK].after = raising(rejection(DeliveryErrorClass.UNKNOWN))
    message = publisher.creating.create(new(channels=["facebook"]), call_of())
    publisher.deliver_stream()
    for _ in range(30):
        publisher.clock.turn(60)
        publisher.tick.run()
        publisher.deliver_stream()
    found = publisher.lookup.get(message.id, call_of())
    assert (found.status, statuses(found)) == ("unconfirmed", {"facebook": "unconfirmed"})
    assert found.channels[0].error.class_ is DeliveryErrorClass.UNKNOWN
    assert publisher.count_live() == {f"{message.id}#facebook": 1}


class Containers(FakeChannel):
    """A platform that is asked by what an attempt made there what became of it."""

    def prepare(self, attempt):
        return {**attempt.prepared, "container": "c-1"}

    def reconcile(self, attempt):
        made = attempt.prepared.get("container")
        return Published(f"found-{made}") if made else None


def test_a_lost_response_is_looked_up_by_what_the_same_attempt_prepared(publisher):
    publisher.channels[Channel.FACEBOOK] = Containers(
        after=raising(rejection(DeliveryErrorClass.UNKNOWN))
    )
    message = publisher.creating.create(new(channels=["facebook"]), call_of())
    publisher.deliver_stream()
    found = publisher.lookup.get(message.id, call_of())
    assert (found.status, found.channels[0].external_id) == ("sent", "found-c-1")


IN_BERLIN = {"scheduled_at": "2026-12-24T16:00:00", "time_zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("changes", "at", "zone"),
    [
        ({"content": "Other"}, "2026-12-24T15:00:00Z", "Europe/Berlin"),
        ({"scheduled_at": "2026-12-24T18:00:00"}, "2026-12-24T17:00:00Z", "Europe/Berlin"),
        ({"scheduled_at": "2026-12-24T18:00:00Z"}, "2026-12-24T18:00:00Z", None),
        ({"scheduled_at": None}, None, None),
        (
            {"scheduled_at": "2026-12-24T18:00:00", "time_zone": "America/New_York"},
            "2026-12-24T23:00:00Z",
            "America/New_York",
        ),
        ({"time_zone": None}, "2026-12-24T15:00:00Z", None),
    ],
)
def test_a_change_of_a_message_with_a_time_zone_keeps_what_it_does_not_name(
    publisher, changes, at, zone
):
    message = publisher.creating.create(new(channels=["sms"], **IN_BERLIN), call_of())
    changed = publisher.editing.change(message.id, MessageChange(**changes), call_of())
    assert (changed.scheduled_at, changed.time_zone) == (at, zone)


def test_a_zone_alone_does_not_move_a_time_that_is_stored_in_utc(publisher):
    message = publisher.creating.create(new(channels=["sms"], **IN_BERLIN), call_of())
    with pytest.raises(InvalidInput, match="time_zone"):
        publisher.editing.change(message.id, MessageChange(time_zone="America/New_York"), call_of())


def test_a_lost_response_is_sent_when_the_platform_shows_the_post(publisher):
    publisher.channels[Channel.FACEBOOK].after = raising(rejection(DeliveryErrorClass.UNKNOWN))
    publisher.channels[Channel.FACEBOOK].found = True
    message = publisher.creating.create(new(channels=["facebook"]), call_of())
    publisher.deliver_stream()
    found = publisher.lookup.get(message.id, call_of())
    assert (found.status, found.channels[0].external_id) == ("sent", f"found-{message.id}#facebook")


@pytest.mark.parametrize(
    ("outcome", "posts"), [(ResolutionOutcome.LIVE, 1), (ResolutionOutcome.POST_AGAIN, 2)]
)
def test_an_author_resolves_what_is_unconfirmed(publisher, outcome, posts):
    facebook = publisher.channels[Channel.FACEBOOK]
    facebook.after = raising(rejection(DeliveryErrorClass.UNKNOWN))
    message = publisher.creating.create(new(channels=["facebook"]), call_of())
    publisher.deliver_stream()
    facebook.after = lambda _: None
    publisher.resolving.resolve(
        message.id, DeliveryResolution(Channel.FACEBOOK, outcome), call_of()
    )
    publisher.deliver_stream()
    assert publisher.lookup.get(message.id, call_of()).status is MessageStatus.SENT
    assert sum(publisher.count_live().values()) == posts
    with pytest.raises(Conflict):
        publisher.resolving.resolve(
            message.id, DeliveryResolution(Channel.FACEBOOK, outcome), call_of()
        )


DUPLICATE = {"code": "DUPLICATE_POST", "external_id": "urn:li:share:7"}


def test_a_duplicate_after_a_refused_attempt_is_another_post_and_no_success(publisher):
    linkedin = publisher.channels[Channel.LINKEDIN]
    linkedin.before = raising(rejection(DeliveryErrorClass.RATE))
    message = publisher.creating.create(new(channels=["linkedin"]), call_of())
    publisher.deliver_stream()
    publisher.clock.turn(61)
    publisher.tick.run()
    linkedin.before = raising(rejection(DeliveryErrorClass.PERMANENT, **DUPLICATE))
    publisher.deliver_stream()
    delivery = publisher.lookup.get(message.id, call_of()).channels[0]
    assert (delivery.attempts, delivery.status, delivery.external_id) == (2, "failed", None)
    assert delivery.error.code == "DUPLICATE_POST"
    assert publisher.count_live() == {}


@pytest.mark.parametrize(
    ("named", "external_id"), [("urn:li:share:7", "urn:li:share:7"), ("", None)]
)
def test_a_duplicate_after_an_unknown_attempt_is_our_own_post(publisher, named, external_id):
    linkedin = publisher.channels[Channel.LINKEDIN]
    linkedin.after = raising(rejection(DeliveryErrorClass.UNKNOWN))
    message = publisher.creating.create(new(channels=["linkedin"]), call_of())
    publisher.deliver_stream()
    again = DeliveryResolution(Channel.LINKEDIN, ResolutionOutcome.POST_AGAIN)
    publisher.resolving.resolve(message.id, again, call_of())
    linkedin.before = raising(rejection(DeliveryErrorClass.PERMANENT, code="1", external_id=named))
    publisher.deliver_stream()
    delivery = publisher.lookup.get(message.id, call_of()).channels[0]
    assert (delivery.status, delivery.external_id) == ("sent", external_id)
    assert sum(publisher.count_live().values()) == 1


def test_a_wait_of_a_platforms_without_end_ends_after_a_day(publisher):
    facebook = publisher.channels[Channel.FACEBOOK]
    facebook.before = raising(rejection(DeliveryErrorClass.RATE, retry_after_s=1e15))
    message = publisher.creating.create(new(channels=["facebook"]), call_of())
    publisher.deliver_stream()
    waiting = publisher.lookup.get(message.id, call_of()).channels[0]
    assert (waiting.status, waiting.next_attempt_at) == ("retry", "2026-11-29T10:00:00Z")


def test_a_transient_failure_is_tried_again_after_its_pause(publisher):
    facebook = publisher.channels[Channel.FACEBOOK]
    facebook.before = raising(rejection(DeliveryErrorClass.RATE, retry_after_s=600))
    message = publisher.creating.create(new(channels=["facebook"]), call_of())
    publisher.deliver_stream()
    waiting = publisher.lookup.get(message.id, call_of())
    assert (waiting.status, statuses(waiting)) == ("sending", {"facebook": "retry"})
    assert waiting.channels[0].next_attempt_at == "2026-11-28T10:10:00Z"
    facebook.before = lambda _: None
    publisher.clock.turn(599)
    publisher.tick.run()
    publisher.deliver_stream()
    assert publisher.count_live() == {}
    publisher.clock.turn(2)
    publisher.tick.run()
    publisher.deliver_stream()
    assert publisher.lookup.get(message.id, call_of()).status is MessageStatus.SENT


def test_a_wrong_setting_holds_its_channel_alone_and_mending_it_lets_all_go(publisher):
    facebook = publisher.channels[Channel.FACEBOOK]
    facebook.before = raising(rejection(DeliveryErrorClass.HOLD, setting="META_SECRET"))
    ids = [publisher.creating.create(new(), call_of()).id for _ in range(3)]
    publisher.deliver_stream()
    held = publisher.holds.get(Channel.FACEBOOK).hold
    assert (held.setting, held.next_attempt_at) == ("META_SECRET", "2026-11-28T10:15:00Z")
    for message_id in ids:
        found = publisher.lookup.get(message_id, call_of())
        assert statuses(found) == {
            "facebook": "retry",
            "linkedin": "sent",
            "email": "sent",
            "sms": "sent",
        }
    publisher.clock.turn(901)
    publisher.tick.run()
    publisher.deliver_stream()
    again = publisher.holds.get(Channel.FACEBOOK).hold
    assert (again.since, again.next_attempt_at) == (held.since, "2026-11-28T10:30:01Z")
    facebook.before = lambda _: None
    for _ in range(3):
        publisher.clock.turn(901)
        publisher.tick.run()
        publisher.deliver_stream()
    assert publisher.holds.get(Channel.FACEBOOK).hold is None
    assert {publisher.lookup.get(i, call_of()).status for i in ids} == {MessageStatus.SENT}
    assert set(publisher.count_live().values()) == {1}


def test_what_is_a_day_late_is_missed_and_can_still_be_sent(publisher):
    publisher.refuses_records = True
    message = publisher.creating.create(
        new(channels=["sms"], scheduled_at="2026-11-28T10:05:00Z"), call_of()
    )
    publisher.clock.turn(300 + 24 * 3600 + 1)
    publisher.tick.run()
    missed = publisher.lookup.get(message.id, call_of())
    assert (missed.status, missed.channels[0].error.code) == ("failed", "missed")
    publisher.refuses_records = False
    publisher.resolving.retry(message.id, call_of())
    publisher.deliver_stream()
    assert publisher.lookup.get(message.id, call_of()).status is MessageStatus.SENT


def test_a_record_of_the_stream_carries_the_trace_that_put_it_there(publisher, monkeypatch):
    publisher.creating.create(new(channels=["sms"]), call_of(trace_header="Root=1-request"))
    later = new(channels=["sms"], scheduled_at="2026-11-28T10:05:00Z")
    publisher.creating.create(later, call_of(trace_header="Root=1-request"))
    publisher.clock.turn(360)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-tick")
    publisher.tick.run()
    traces = [json.loads(data)["trace"] for _, data in publisher.stream]
    assert traces[0] == "Root=1-request"
    assert set(traces[1:]) == {"Root=1-tick"}


def test_the_same_key_is_the_same_message_also_at_the_same_time(publisher):
    def post(_):
        return publisher.creating.create(new(), call_of(idempotency_key="key-1")).id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(post, range(16)))
    assert len(ids) == 1
    publisher.deliver_stream()
    assert set(publisher.count_live().values()) == {1}
    with pytest.raises(Conflict):
        publisher.creating.create(new("Other"), call_of(idempotency_key="key-1"))
    assert publisher.creating.create(new(), call_of("bob", idempotency_key="key-1")).id not in ids


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (new("  "), "facebook: the text is empty"),
        (new(channels=["facebook", "facebook"]), "channels names one twice"),
        (new("x" * 1601), "sms: the text has 1601 of 1600 characters"),
        (new("x(" * 1400, channels=["linkedin"]), "linkedin: the text has 4200 of 3000"),
        (new(channels=["instagram"]), "instagram: an image is required"),
        (new(media=["m1"]), "there is no confirmed upload m1"),
        (new(scheduled_at="2026-11-28T09:59:59Z"), "is past"),
        (new(scheduled_at="2026-02-30T10:00:00Z"), "must be a time that exists"),
        (new(scheduled_at="2026-12-01T10:00:00"), "needs a time zone"),
        (new(scheduled_at="2026-12-01T10:00:00", time_zone="Mars"), "not an IANA time zone"),
        (new(recipients=MessageRecipients(email=["who@example"])), "not an e-mail address"),
        (new(recipients=MessageRecipients(sms=["0151 1234"])), "not a phone number"),
    ],
)
def test_a_message_that_breaks_a_rule_is_refused_and_nothing_is_written(publisher, bad, told):
    with pytest.raises(InvalidInput, match=told.replace("(", r"\(")):
        publisher.creating.create(bad, call_of())
    assert publisher.table.scan(10).items == []


def test_validation_shows_every_text_and_problem_and_writes_nothing(publisher):
    found = publisher.creating.validate(new("a(b)" * 500), call_of())
    checks = {check.channel: check for check in found.channels}
    assert not found.ok
    assert checks["linkedin"].text.startswith(r"a\(b\)")
    assert (checks["sms"].segments, checks["sms"].problems[0].code) == (14, "text_too_long")
    assert checks["facebook"].problems == []
    assert publisher.table.scan(10).items == []


def test_local_times_keep_their_hour_and_a_skipped_one_moves_and_says_so(publisher):
    zone = {"channels": ["sms"], "time_zone": "America/New_York"}
    winter = publisher.creating.create(new(scheduled_at="2027-01-10T09:00:00", **zone), call_of())
    summer = publisher.creating.create(new(scheduled_at="2027-07-10T09:00:00", **zone), call_of())
    skipped = publisher.creating.create(new(scheduled_at="2027-03-14T02:30:00", **zone), call_of())
    assert (winter.scheduled_at, summer.scheduled_at) == (
        "2027-01-10T14:00:00Z",
        "2027-07-10T13:00:00Z",
    )
    assert skipped.scheduled_at == "2027-03-14T07:30:00Z"
    assert skipped.notes == [
        "2027-03-14T02:30:00 does not exist in America/New_York; moved to 2027-03-14T03:30:00"
    ]


def test_an_hour_that_the_zone_skips_is_sent_once_at_the_time_that_it_moved_to(publisher):
    publisher.clock.at = datetime(2027, 3, 14, 6, 0, tzinfo=UTC)
    message = publisher.creating.create(
        new(
            channels=["sms"],
            scheduled_at="2027-03-14T02:30:00",
            time_zone="America/New_York",
        ),
        call_of(),
    )
    for _ in range(3 * 60):
        publisher.clock.turn(60)
        publisher.tick.run()
        is_early = publisher.clock.now() < datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
        assert (publisher.stream == [] and publisher.count_live() == {}) or not is_early
        publisher.deliver_stream()
    assert publisher.lookup.get(message.id, call_of()).status is MessageStatus.SENT
    assert publisher.count_live() == {f"{message.id}#sms": 1}


def test_a_new_time_is_judged_by_itself_and_not_by_the_one_that_is_stored(publisher):
    at = "2026-11-28T11:00:00Z"
    ids = [publisher.creating.create(new(scheduled_at=at), call_of()).id for _ in range(2)]
    publisher.clock.turn(2 * 3600)  # and no tick came by
    later = MessageChange(scheduled_at="2026-11-28T13:00:00Z")
    changed = publisher.editing.change(ids[0], later, call_of())
    assert (changed.status, changed.scheduled_at) == ("scheduled", "2026-11-28T13:00:00Z")
    with pytest.raises(InvalidInput, match="10:30:00Z is past"):
        publisher.editing.reschedule(ids[0], NewMessageTime("2026-11-28T10:30:00Z"), call_of())
    moved = publisher.editing.reschedule(ids[1], NewMessageTime("2026-11-28T12:30:00Z"), call_of())
    assert moved.scheduled_at == "2026-11-28T12:30:00Z"


def test_a_draft_is_edited_scheduled_moved_and_cancelled(publisher):
    draft = publisher.creating.create(new("Draft", draft=True), call_of())
    assert (draft.status, draft.rev, due_keys(publisher)) == ("draft", 1, [])
    changed = publisher.editing.change(
        draft.id,
        MessageChange(content="Better", channels=[Channel.SMS]),
        call_of(precondition=AT_1),
    )
    assert (changed.content, changed.rev, statuses(changed)) == ("Better", 2, {"sms": "pending"})
    with pytest.raises(PreconditionFailed):
        publisher.editing.change(
            draft.id, MessageChange(content="Stale"), call_of(precondition=AT_1)
        )
    moved = publisher.editing.reschedule(
        draft.id, NewMessageTime("2026-12-01T10:00:00Z"), call_of()
    )
    assert (moved.status, due_keys(publisher)) == ("scheduled", ["STATUS#scheduled"])
    cancelled = publisher.editing.cancel(draft.id, call_of())
    assert (cancelled.status, statuses(cancelled)) == ("cancelled", {"sms": "cancelled"})
    assert due_keys(publisher) == []
    with pytest.raises(Conflict):
        publisher.editing.change(draft.id, MessageChange(content="Late"), call_of())
    publisher.clock.turn(10 * 24 * 3600)
    assert publisher.tick.run() == 0


def test_a_draft_whose_time_has_passed_is_edited_and_needs_a_new_time_to_go(publisher):
    at = "2026-11-28T11:00:00Z"
    draft = publisher.creating.create(new(draft=True, scheduled_at=at), call_of())
    publisher.clock.turn(2 * 3600)
    changed = publisher.editing.change(draft.id, MessageChange(content="Better"), call_of())
    assert (changed.status, changed.content, changed.scheduled_at) == ("draft", "Better", at)
    with pytest.raises(InvalidInput, match="11:00:00Z is past: give a later time, or none"):
        publisher.editing.change(draft.id, MessageChange(draft=False), call_of())
    now = MessageChange(draft=False, scheduled_at=None)
    assert publisher.editing.change(draft.id, now, call_of()).status is MessageStatus.QUEUED


def test_a_cancel_while_sending_stops_what_waits(publisher):
    message = publisher.creating.create(new(channels=["facebook", "sms"]), call_of())
    publisher.deliver(DeliveryRef(message.id, "facebook"))
    cancelled = publisher.editing.cancel(message.id, call_of())
    assert (cancelled.status, statuses(cancelled)) == (
        "partial",
        {"facebook": "sent", "sms": "cancelled"},
    )
    publisher.deliver_stream()
    assert sum(publisher.count_live().values()) == 1


def test_another_authors_message_is_not_found_by_any_way(publisher):
    message_id = publisher.creating.create(new(), call_of()).id
    bob = call_of("bob")
    for attempt in (
        lambda: publisher.lookup.get(message_id, bob),
        lambda: publisher.editing.change(message_id, MessageChange(content="Mine"), bob),
        lambda: publisher.editing.cancel(message_id, bob),
        lambda: publisher.resolving.retry(message_id, bob),
        lambda: publisher.resolving.resolve(
            message_id, DeliveryResolution(Channel.SMS, ResolutionOutcome.LIVE), bob
        ),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert publisher.lookup.page(MessageList(), bob).messages == []


def test_pages_are_newest_first_and_the_calendar_by_due_time(publisher):
    first = publisher.creating.create(new(scheduled_at="2026-12-03T10:00:00Z"), call_of()).id
    publisher.clock.turn(1)
    second = publisher.creating.create(new(scheduled_at="2026-12-02T10:00:00Z"), call_of()).id
    page = publisher.lookup.page(MessageList(limit=1), call_of())
    assert [message.id for message in page.messages] == [second]
    rest = publisher.lookup.page(MessageList(limit=1, cursor=page.next_cursor), call_of())
    assert [message.id for message in rest.messages] == [first]
    month = publisher.lookup.page(
        MessageList(from_="2026-12-01T00:00:00Z", to="2026-12-03T10:00:00Z"), call_of()
    )
    assert [message.id for message in month.messages] == [second]


def test_recipients_have_a_delivery_each(publisher):
    numbers = ["+4915112345678", "+4915112345679"]
    message = publisher.creating.create(
        new(channels=["sms"], recipients=MessageRecipients(sms=numbers)), call_of()
    )
    publisher.deliver_stream()
    sent = publisher.lookup.get(message.id, call_of())
    assert [delivery.target for delivery in sent.channels] == numbers
    assert publisher.count_live() == {f"{message.id}#sms": 1, f"{message.id}#sms#01": 1}


class Crash(BaseException):
    """The process is gone: no code of its runs any more."""


@pytest.mark.parametrize("step", ["arm", "finish", "settle", "publish"])
def test_a_crash_at_any_step_neither_doubles_nor_loses(publisher, monkeypatch, step):
    message = publisher.creating.create(new(channels=["facebook"]), call_of())
    facebook = publisher.channels[Channel.FACEBOOK]

    def crash(*_, **__):
        raise Crash

    with monkeypatch.context() as patched:
        if step == "publish":
            facebook.after = raising(Crash())
        elif step == "settle":
            patched.setattr(type(publisher.settling), "settle", crash)
        else:
            patched.setattr(type(publisher.leases), step, crash)
        with pytest.raises(Crash):
            publisher.deliver_stream()
    facebook.after = lambda _: None
    for _ in range(10):
        publisher.clock.turn(61)
        publisher.tick.run()
        publisher.deliver_stream()
    found = publisher.lookup.get(message.id, call_of())
    posts = publisher.count_live()[f"{message.id}#facebook"]
    is_unknown = step in ("finish", "publish")
    assert (found.status, posts) == ("unconfirmed" if is_unknown else "sent", 1)
    assert due_keys(publisher) == []


@pytest.mark.parametrize("minute_s", [60, 60.5])
def test_each_death_of_a_deliverys_process_costs_its_lease_and_no_more(
    publisher, monkeypatch, minute_s
):
    message = publisher.creating.create(new(channels=["facebook"]), call_of())

    def crash(*_, **__):
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(type(publisher.leases), "arm", crash)
        for _ in range(6):
            with pytest.raises(Crash):
                publisher.deliver_stream()
            # A tick each minute, the last one when the lease of 120 s ends, or after it.
            for _ in range(2 if minute_s == 60 else 3):
                publisher.clock.turn(minute_s)
                publisher.tick.run()
    publisher.deliver_stream()
    assert publisher.lookup.get(message.id, call_of()).status is MessageStatus.SENT
    assert publisher.count_live() == {f"{message.id}#facebook": 1}


@pytest.mark.thorough
def test_a_storm_of_equal_records_faults_and_ticks_doubles_and_loses_nothing(publisher):
    rng = random.Random(41)  # noqa: S311 seeded

    def fault(_):
        if rng.random() < 0.05:
            raise rejection(DeliveryErrorClass.TRANSIENT)

    def lose(_):
        if rng.random() < 0.05:
            raise rejection(DeliveryErrorClass.UNKNOWN)

    for channel in publisher.channels.values():
        channel.before, channel.after = fault, lose
    ids = [publisher.creating.create(new(), call_of()).id for _ in range(12)]
    refs = [DeliveryRef(i, name) for i in ids for name in ("facebook", "linkedin", "email", "sms")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(publisher.deliver, rng.sample(refs * 3, len(refs) * 3)))
    publisher.stream = []
    for _ in range(40):
        publisher.clock.turn(61)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: publisher.tick.run(), range(2)))
        publisher.deliver_stream()
    live = publisher.count_live()
    assert max(live.values()) == 1
    assert len(live) == len(refs)
    found = [d for i in ids for d in publisher.lookup.get(i, call_of()).channels]
    assert {d.status for d in found} <= {"sent", "unconfirmed"}
    assert due_keys(publisher) == []


def test_an_unavailable_table_lets_the_record_come_again(publisher, monkeypatch):
    message = publisher.creating.create(new(channels=["sms"]), call_of())

    def fail(*_, **__):
        raise Unavailable("the database is not available")

    with monkeypatch.context() as patched:
        patched.setattr(type(publisher.leases), "claim", fail)
        refs = [DeliveryRef(message.id, "sms")]
        assert publisher.parallel.deliver_all(refs, publisher.parallel.clock() + 5) == set(refs)
    assert publisher.parallel.deliver_all(refs, publisher.parallel.clock() + 5) == set()
    assert publisher.count_live() == {f"{message.id}#sms": 1}


def test_shards_keep_the_first_ones_plain_name():
    assert keys.due_partition("scheduled", 0) == "STATUS#scheduled"
    assert keys.due_partition("scheduled", 3) == "STATUS#scheduled#3"


def test_all_shards_are_looked_through(aws):
    publisher = Publisher(aws, shards=4)
    for _ in range(12):
        publisher.creating.create(
            new(channels=["sms"], scheduled_at="2026-11-28T10:01:00Z"), call_of()
        )
    assert len(set(due_keys(publisher))) > 1
    publisher.clock.turn(60)
    assert publisher.tick.run() == 12


def test_an_old_conditional_write_of_a_lease_is_too_late(publisher):
    message = publisher.creating.create(new(channels=["sms"]), call_of())
    ref = DeliveryRef(message.id, "sms")
    lease = {"owner": "a", "now": "2026-11-28T10:00:00Z", "until": "2026-11-28T10:02:00Z"}
    lease["begun_at"] = "2026-11-28T10:00:00.5Z"
    held = publisher.leases.claim(ref, **lease)
    later = {**lease, "owner": "b", "now": "2026-11-28T10:02:01Z", "until": "2026-11-28T10:04:01Z"}
    assert publisher.leases.claim(ref, **lease) is None
    assert publisher.leases.claim(ref, **later).attempts == 2
    now = "2026-11-28T10:02:02Z"
    assert publisher.leases.arm(ref, held, text="x", prepared={}, now=now) is None
    assert publisher.leases.finish(ref, held, MessageDeliveryStatus.SENT, {}) is None


def test_its_structs_are_built_before_threads_use_them(aws, monkeypatch):
    module = types.ModuleType("chalicelib.publisher.of_a_test")
    module.built = []
    monkeypatch.setitem(sys.modules, module.__name__, module)
    members = {
        "__module__": module.__name__,
        "__annotations__": {"one": "built.append('one') or int"},
    }
    kind = type(msgspec.Struct)("OfATest", (msgspec.Struct,), members)
    assert wiring_on(aws).publisher.delivery
    assert (kind.__struct_fields__, module.built) == (("one",), ["one"])
