"""Messages that wait for approval, on a table of moto's: nothing goes out without it."""

from threading import Barrier, Thread

import pytest
from support.publishing import AT_1, Publisher, call_of

from chalicelib.errors import Conflict, NotFound, OmniError, OwnMessage, PreconditionFailed
from chalicelib.publisher.leases import DeliveryRef
from chalicelib.publisher.model import (
    Channel,
    DeliveryResolution,
    MessageChange,
    MessageList,
    MessageStatus,
    NewApproval,
    NewMessage,
    NewMessageTime,
    NewSendBack,
    ResolutionOutcome,
)

LATER = "2026-11-28T12:00:00Z"  # two hours ahead
BOB, EVE = call_of("bob"), call_of("eve")
WAITING = MessageList(status=MessageStatus.WAITING)


@pytest.fixture
def publisher(aws):
    return Publisher(aws, need_approval=True)


def create(publisher, call=None, **more):
    new = NewMessage(content="Hello", channels=["facebook", "sms"], **more)
    return publisher.creating.create(new, call or call_of())


def approve(publisher, message, call=BOB, rev=None, comment=None):
    given = NewApproval(rev=rev or message.rev, comment=comment)
    return publisher.approving.approve(message.id, given, call)


def send_back(publisher, message, call=BOB, comment="why?"):
    given = NewSendBack(rev=message.rev, comment=comment)
    return publisher.approving.send_back(message.id, given, call)


def status_of(publisher, message):
    return publisher.lookup.get(message.id, call_of()).status


def assert_nothing_goes(publisher, *, after_s=0):
    """Neither by the stream nor by ticks."""
    for pause_s in (0, 61, after_s):
        publisher.clock.turn(pause_s)
        publisher.tick.run()
        publisher.deliver_stream()
    assert publisher.count_live() == {}


def race(*calls):
    """What calls at once returned or raised."""
    barrier, results = Barrier(len(calls)), []

    def run(call):
        barrier.wait()
        try:
            results.append(call())
        except OmniError as error:
            results.append(error)

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# --- Waiting ---------------------------------------------------------------------------------


@pytest.mark.parametrize("when", [None, LATER])
def test_a_message_waits_and_goes_out_once_it_is_approved(publisher, when):
    message = create(publisher, scheduled_at=when)
    assert (message.status, message.approval.outcome) == ("waiting", None)
    assert_nothing_goes(publisher)
    approved = approve(publisher, message, comment="Good.")
    assert approved.status == ("queued" if when is None else "scheduled")
    decision = approved.approval
    assert (decision.outcome, decision.by, decision.rev) == ("approved", "bob", 1)
    assert (decision.comment, decision.at) == ("Good.", "2026-11-28T10:01:01Z")
    publisher.clock.turn(7200)
    publisher.tick.run()
    publisher.deliver_stream()
    assert status_of(publisher, message) == "sent"
    assert set(publisher.count_live().values()) == {1}


def test_a_draft_waits_for_nothing_until_it_would_go_out(publisher):
    draft = create(publisher, draft=True)
    assert (draft.status, draft.approval) == ("draft", None)
    for other in (BOB, EVE):
        with pytest.raises(NotFound):
            approve(publisher, draft, other)
    changed = publisher.editing.change(draft.id, MessageChange(draft=False), call_of())
    assert changed.status == "waiting"
    again = publisher.editing.change(draft.id, MessageChange(draft=True), call_of())
    assert again.status == "draft"
    scheduled = publisher.editing.reschedule(draft.id, NewMessageTime(LATER), call_of())
    assert scheduled.status == "waiting"
    assert_nothing_goes(publisher, after_s=7200)


def test_without_the_setting_nothing_waits(aws):
    free = Publisher(aws)
    free.bits.seed(8)  # for other ids
    assert create(free).status == "queued"
    assert create(free, scheduled_at=LATER).approval is None
    held = create(Publisher(aws, need_approval=True), scheduled_at=LATER)
    for decide in (approve, send_back):
        with pytest.raises(NotFound):
            decide(free, held)
    # What waited when it was turned off goes by its author's next change.
    assert free.editing.change(held.id, MessageChange(), call_of()).status == "scheduled"


def test_it_is_in_the_index_until_somebody_decides(publisher):
    message = create(publisher, scheduled_at=LATER)
    key = {"PK": f"MSG#{message.id}", "SK": "METADATA"}
    item = publisher.table.get(key)
    assert (item["GSI2PK"], item["GSI2SK"]) == ("STATUS#waiting", LATER)
    send_back(publisher, message)
    assert "GSI2PK" not in publisher.table.get(key)


def test_the_same_key_is_the_same_waiting_message(publisher):
    first, again = (create(publisher, call_of(idempotency_key="k")) for _ in range(2))
    assert (again.id, again.status) == (first.id, "waiting")
    approve(publisher, first)
    assert create(publisher, call_of(idempotency_key="k")).status == "queued"


# --- Who decides -----------------------------------------------------------------------------


def test_its_author_does_not_decide_and_another_sees_it_while_it_waits(publisher):
    message = create(publisher, scheduled_at=LATER)
    for decide in (approve, send_back):
        with pytest.raises(OwnMessage):
            decide(publisher, message, call_of())
    assert publisher.lookup.get(message.id, BOB).content == "Hello"
    approve(publisher, message)
    with pytest.raises(NotFound):
        publisher.lookup.get(message.id, BOB)
    with pytest.raises(Conflict, match="does not wait for approval any more"):
        approve(publisher, message, EVE)


def test_an_approver_does_nothing_else_with_it(publisher):
    message = create(publisher)
    resolution = DeliveryResolution(Channel.SMS, ResolutionOutcome.POST_AGAIN)
    for attempt in (
        lambda: publisher.editing.change(message.id, MessageChange(content="x"), BOB),
        lambda: publisher.editing.reschedule(message.id, NewMessageTime(LATER), BOB),
        lambda: publisher.editing.cancel(message.id, BOB),
        lambda: publisher.resolving.retry(message.id, BOB),
        lambda: publisher.resolving.resolve(message.id, resolution, BOB),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_the_waiting_messages_of_all_are_listed_first_due_first(publisher):
    later = create(publisher, scheduled_at=LATER)
    sooner = create(publisher, EVE)
    create(publisher, draft=True)
    gone = create(publisher)
    publisher.editing.cancel(gone.id, call_of())
    first = publisher.lookup.page(MessageList(status=MessageStatus.WAITING, limit=1), BOB)
    query = MessageList(status=MessageStatus.WAITING, limit=1, cursor=first.next_cursor)
    rest = publisher.lookup.page(query, BOB)
    assert [message.id for message in (*first.messages, *rest.messages)] == [sooner.id, later.id]
    assert (publisher.approving.count_for("bob"), publisher.approving.count_for("eve")) == (2, 1)
    assert publisher.lookup.page(MessageList(), BOB).messages == []


# --- What is approved is what was seen ------------------------------------------------------------


def test_what_changed_after_it_was_seen_is_not_approved(publisher):
    message = create(publisher, scheduled_at=LATER)
    publisher.editing.change(message.id, MessageChange(content="Other"), call_of())
    for decide in (approve, send_back):
        with pytest.raises(Conflict, match="at revision 2"):
            decide(publisher, message)
    with pytest.raises(PreconditionFailed):
        publisher.editing.change(message.id, MessageChange(), call_of(precondition=AT_1))
    assert approve(publisher, message, rev=2).content == "Other"


@pytest.mark.parametrize(
    "change",
    [
        MessageChange(content="Other"),
        MessageChange(scheduled_at="2026-11-28T11:00:00Z"),
        MessageChange(scheduled_at=None),
        MessageChange(),
    ],
)
def test_a_change_after_the_approval_waits_again(publisher, change):
    message = create(publisher, scheduled_at=LATER)
    approve(publisher, message)
    changed = publisher.editing.change(message.id, change, call_of())
    assert (changed.status, changed.approval.outcome) == ("waiting", None)
    assert [earlier.by for earlier in changed.approval.earlier] == ["bob"]
    assert_nothing_goes(publisher, after_s=7200)


def test_what_is_sent_back_is_a_draft_with_its_comments_kept(publisher):
    message = create(publisher)
    back = send_back(publisher, message, comment="Until when?")
    assert (back.status, back.approval.outcome, back.approval.comment) == (
        "draft",
        "sent_back",
        "Until when?",
    )
    changes = MessageChange(content="Until six.", draft=False)
    again = publisher.editing.change(message.id, changes, call_of())
    assert (again.status, again.approval.outcome, again.rev) == ("waiting", None, 3)
    done = approve(publisher, again, EVE)
    assert [(one.outcome, one.by, one.comment) for one in done.approval.earlier] == [
        ("sent_back", "bob", "Until when?")
    ]
    assert (done.approval.by, done.status) == ("eve", "queued")


def test_the_last_twenty_decisions_are_kept(publisher):
    message = create(publisher)
    for number in range(23):
        back = send_back(publisher, message, comment=str(number))
        message = publisher.editing.change(back.id, MessageChange(draft=False), call_of())
    comments = [decision.comment for decision in message.approval.earlier]
    assert comments == [str(number) for number in range(3, 23)]


# --- Late ------------------------------------------------------------------------------------


def test_what_is_approved_late_goes_at_once_and_what_is_a_day_late_is_missed(publisher):
    soon, missed = (create(publisher, scheduled_at=LATER) for _ in range(2))
    publisher.clock.turn(2 * 3600 + 60)
    assert approve(publisher, soon).status == "queued"
    publisher.deliver_stream()
    assert status_of(publisher, soon) == "sent"
    publisher.clock.turn(24 * 3600)
    assert approve(publisher, missed).status == "scheduled"
    publisher.tick.run()
    found = publisher.lookup.get(missed.id, call_of())
    assert found.status == "failed"
    assert {delivery.error.code for delivery in found.channels} == {"missed"}
    # It was approved: its author may still send it.
    publisher.resolving.retry(missed.id, call_of())
    publisher.deliver_stream()
    assert status_of(publisher, missed) == "sent"


def test_one_without_a_time_goes_whenever_it_is_approved(publisher):
    message = create(publisher)
    publisher.clock.turn(3 * 24 * 3600)
    approve(publisher, message)
    publisher.deliver_stream()
    assert status_of(publisher, message) == "sent"


def test_what_was_approved_goes_by_the_tick_when_the_stream_takes_nothing(publisher):
    """As after a crash between the approval and the stream."""
    message = create(publisher)
    publisher.refuses_records = True
    approve(publisher, message)
    publisher.clock.turn(61)
    publisher.tick.run()
    assert status_of(publisher, message) == "sent"
    assert set(publisher.count_live().values()) == {1}


def test_with_more_shards_what_waits_is_in_one_partition_and_then_in_its_own(aws):
    sharded = Publisher(aws, shards=7, need_approval=True)
    messages = [create(sharded, scheduled_at=LATER) for _ in range(5)]
    found = sharded.lookup.page(WAITING, BOB).messages
    assert {message.id for message in found} == {message.id for message in messages}
    for message in messages:
        approve(sharded, message)
    sharded.clock.turn(7200)
    assert sharded.tick.run() == 10


# --- No way around ---------------------------------------------------------------------------


def test_nothing_that_its_author_does_lets_it_go(publisher):
    message = create(publisher, scheduled_at=LATER)
    resolution = DeliveryResolution(Channel.SMS, ResolutionOutcome.POST_AGAIN)
    for attempt in (
        lambda: publisher.resolving.retry(message.id, call_of()),
        lambda: publisher.resolving.resolve(message.id, resolution, call_of()),
    ):
        with pytest.raises(Conflict):
            attempt()
    for change in (
        MessageChange(scheduled_at=None),
        MessageChange(draft=True),
        MessageChange(draft=False),
        MessageChange(scheduled_at="2026-11-28T10:30:00Z"),
    ):
        publisher.editing.change(message.id, change, call_of())
        publisher.settling.settle(message.id)
    assert status_of(publisher, message) == "waiting"
    assert_nothing_goes(publisher, after_s=7200)
    publisher.editing.cancel(message.id, call_of())
    with pytest.raises(Conflict):
        approve(publisher, message, rev=6)


def test_a_delivery_that_is_asked_for_by_hand_is_not_claimed(publisher):
    message = create(publisher)
    publisher.deliver(DeliveryRef(message.id, "sms"))
    assert publisher.count_live() == {}


# --- At once ---------------------------------------------------------------------------------


def test_two_approvers_at_once_have_one_effect(publisher):
    message = create(publisher)
    results = race(*(lambda call=call: approve(publisher, message, call) for call in (BOB, EVE)))
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [Conflict]
    assert sorted(key.partition("#")[2] for key, _ in publisher.stream) == ["facebook", "sms"]
    publisher.deliver_stream()
    publisher.clock.turn(61)
    publisher.tick.run()
    publisher.deliver_stream()
    assert set(publisher.count_live().values()) == {1}


def test_of_an_approval_and_a_change_or_a_send_back_at_once_one_counts(publisher):
    other = MessageChange(content="Other")
    for against in (
        lambda message: send_back(publisher, message, EVE),
        lambda message: publisher.editing.change(message.id, other, call_of()),
    ):
        message = create(publisher, scheduled_at=LATER)
        results = race(
            lambda message=message: approve(publisher, message),
            lambda message=message, against=against: against(message),
        )
        found = publisher.lookup.get(message.id, call_of())
        refused = [result for result in results if isinstance(result, Exception)]
        assert all(isinstance(error, Conflict) for error in refused)
        if found.status == "scheduled":
            assert (found.content, len(refused)) == ("Hello", 1)
        else:  # the change, or the sending back, came first, or right after the approval
            assert found.status in ("draft", "waiting")


def test_a_decision_that_meets_another_state_is_refused(publisher):
    message = create(publisher, scheduled_at=LATER)
    seen = publisher.store.get(message.id)
    approve(publisher, message)
    assert not publisher.store.replace(seen, seen.message)
