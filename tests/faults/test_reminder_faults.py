"""Reminders while a process is killed, the table or SES fails: none is sent twice, none is lost."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from support.failpoints import failpoints, lost_response, timed_out, timed_out_after_commit
from support.publishing import Publisher, call_of

from chalicelib.errors import OutcomeUnknown, Refused, Unavailable
from chalicelib.publisher import keys, reminding
from chalicelib.publisher.channels.email import Consent, EmailChannel
from chalicelib.publisher.model import (
    Channel,
    MessageList,
    NewCertification,
    NewMessage,
    Suppression,
    SuppressionReason,
)

ADA = "ada@example.com"
DUE = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)
FOLLOWING = "2027-01-30T08:00:00Z"


class Killed(BaseException):
    """The process ends here: nothing catches it."""


class Mailer:
    """SES: counts what it accepted; `fail` may raise in place of it, or after."""

    def __init__(self):
        self.accepted, self.fail, self.then = [], lambda: None, lambda: None

    def send(self, email):
        self.fail()
        self.accepted.append(email)
        self.then()
        return f"ses-{len(self.accepted)}"


class Stage:
    """A publisher whose e-mail goes the product's own way, and a certificate that is due."""

    def __init__(self, aws):
        self.publisher, self.mailer = Publisher(aws), Mailer()
        consent = Consent(self.publisher.suppressions.find, lambda _: "https://example.com/u/1")
        channel = EmailChannel(self.mailer, "omnidata@example.com", consent)
        self.publisher.channels[Channel.EMAIL] = channel
        new = NewCertification(
            name="n", issuer="i", issued_on=date(2026, 1, 1), expires_on=date(2027, 3, 1)
        )
        self.made = self.publisher.certifications.create(new, call_of(email=ADA))
        self.publisher.clock.at = DUE

    def tick(self, times=1):
        for _ in range(times):
            self.publisher.tick.run()
            self.publisher.deliver_stream()
            self.publisher.clock.turn(61)

    @property
    def next_at(self):
        return self.publisher.certifications.get(self.made.id, call_of()).next_reminder_at

    @property
    def delivery(self):
        (message,) = self.publisher.lookup.page(MessageList(), call_of()).messages
        (delivery,) = message.channels
        return delivery


@pytest.fixture
def stage(aws):
    return Stage(aws)


@pytest.mark.parametrize("fault", [lost_response, timed_out_after_commit, timed_out])
@pytest.mark.parametrize("times", [1, 2, 10])
def test_a_transaction_of_unknown_outcome_makes_one_message(stage, fault, times):
    client = stage.publisher.table.client
    with failpoints(client, "TransactWriteItems", [fault] * times), suppress(Unavailable):
        stage.publisher.tick.run()
    stage.tick(4)
    assert [email.recipient for email in stage.mailer.accepted] == [ADA]
    assert (stage.next_at, stage.delivery.status) == (FOLLOWING, "sent")


def test_killed_before_the_transaction_the_next_tick_makes_it(stage):
    def kill(**_):
        raise Killed

    events, name = stage.publisher.table.client.meta.events, "before-call.dynamodb"
    events.register(f"{name}.TransactWriteItems", kill)
    with pytest.raises(Killed):
        stage.publisher.tick.run()
    events.unregister(f"{name}.TransactWriteItems", kill)
    stage.tick(4)
    assert (len(stage.mailer.accepted), stage.next_at) == (1, FOLLOWING)


def test_killed_between_the_mail_and_its_note_it_is_unconfirmed_and_never_sent_again(stage):
    def kill():
        raise Killed

    stage.mailer.then = kill
    with pytest.raises(Killed):
        stage.tick(4)
    stage.mailer.then = lambda: None
    stage.tick(20)
    assert (len(stage.mailer.accepted), stage.delivery.status) == (1, "unconfirmed")
    assert stage.next_at == FOLLOWING


def test_a_lost_answer_of_ses_is_unconfirmed_and_never_sent_again(stage):
    stage.mailer.then = raising_now(OutcomeUnknown("no answer"))
    stage.tick(20)
    assert (len(stage.mailer.accepted), stage.delivery.status) == (1, "unconfirmed")


def test_while_ses_takes_nothing_it_is_tried_again_and_goes_out_once(stage):
    stage.mailer.fail = raising_now(Unavailable("busy"))
    post = NewMessage(content="x", channels=["sms"])
    post_id = stage.publisher.creating.create(post, call_of("bob")).id
    stage.tick(3)
    assert (stage.delivery.status, stage.next_at) == ("retry", FOLLOWING)
    assert stage.publisher.lookup.get(post_id, call_of("bob")).status == "sent"
    stage.mailer.fail = lambda: None
    stage.tick(30)
    assert (len(stage.mailer.accepted), stage.delivery.status) == (1, "sent")


def test_what_ses_refuses_is_noted_and_the_next_one_is_planned(stage):
    stage.mailer.fail = raising_now(Refused("no", reason="MessageRejected"))
    stage.tick(10)
    assert (stage.delivery.status, stage.delivery.error.code) == ("failed", "MessageRejected")
    assert stage.next_at == FOLLOWING


def test_who_is_suppressed_is_not_written_to_and_the_next_one_is_planned(stage):
    entry = Suppression(
        address=ADA, reason=SuppressionReason.UNSUBSCRIBE, at="2026-12-01T00:00:00Z"
    )
    stage.publisher.suppressions.add(entry)
    stage.tick(10)
    assert stage.mailer.accepted == []
    assert (stage.delivery.error.code, stage.next_at) == ("suppressed", FOLLOWING)


def test_one_that_cannot_be_read_keeps_back_neither_posts_nor_another(stage, monkeypatch):
    monkeypatch.setattr(reminding, "MOST", 1)
    store = stage.publisher.certifications.store
    new = NewCertification(
        name="broken", issuer="i", issued_on=date(2026, 1, 1), expires_on=date(2027, 3, 1)
    )
    broken = stage.publisher.certifications.create(new, call_of("bob", email="bob@example.com"))
    item = store.table.get(keys.certification(broken.id))
    store.table.put({**item, "issued_on": "never", "GSI2SK": "2026-12-31T07:00:00Z"})
    post = NewMessage(content="x", channels=["sms"])
    post_id = stage.publisher.creating.create(post, call_of("bob")).id
    for _ in range(4):
        with pytest.raises(Exception, match="issued_on"):
            stage.publisher.tick.run()
        stage.publisher.deliver_stream()
        stage.publisher.clock.turn(61)
    assert [email.recipient for email in stage.mailer.accepted] == [ADA]
    assert stage.publisher.lookup.get(post_id, call_of("bob")).status == "sent"


def raising_now(error):
    """A fail-point that always raises."""

    def raise_it():
        raise error

    return raise_it
