"""Suppressed addresses on a table of moto's: their keys, who replaces whom, and events of SES's."""

import json

import pytest
from support.publishing import Publisher, call_of, count_calls

from chalicelib.aws.queue import Received
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.publisher import keys
from chalicelib.publisher.channels.email import Consent, EmailChannel
from chalicelib.publisher.leases import DeliveryRef
from chalicelib.publisher.mail_feedback import MailFeedback
from chalicelib.publisher.model import (
    Channel,
    MessageRecipients,
    NewMessage,
    NewSuppression,
    Suppression,
    SuppressionList,
    SuppressionReason,
)
from chalicelib.publisher.suppressing import Suppressing
from chalicelib.publisher.unsubscribing import UnsubscribeLinks, Unsubscribing
from chalicelib.web.cursors import Cursors
from chalicelib.web.payload import FORM, MULTIPART, Payload

ADA = "ada@example.com"
ONE_CLICK = Payload(media_type=FORM, data=b"List-Unsubscribe=One-Click")
PART = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)


class Mailer:
    """Keeps what it was to send."""

    def __init__(self):
        self.sent = []

    def send(self, email):
        self.sent.append(email)
        return f"ses-{len(self.sent)}"


class Stage:
    """A publisher whose e-mail goes the product's own way, to a list."""

    def __init__(self, aws):
        self.publisher = Publisher(aws)
        self.store, self.mailer = self.publisher.suppressions, Mailer()
        now, cursors = self.publisher.clock.now, Cursors(lambda: "a-test-key")
        self.people = Suppressing(self.store, cursors, now=now)
        self.feedback = MailFeedback(self.store, now=now)
        self.links = UnsubscribeLinks(cursors, "https://example.com/")
        self.recipients = Unsubscribing(self.links, self.store, now=now)
        consent = Consent(self.store.find, self.links.make_url)
        channel = EmailChannel(self.mailer, "omnidata@example.com", consent)
        self.publisher.channels[Channel.EMAIL] = channel

    def post(self, *addresses):
        """Send a message to these; returns its id."""
        recipients = MessageRecipients(email=list(addresses))
        new = NewMessage(content="Hello", channels=[Channel.EMAIL], recipients=recipients)
        made = self.publisher.creating.create(new, call_of())
        self.publisher.deliver_stream()
        return made.id

    def suppress(self, address, reason=SuppressionReason.MANUAL):
        return self.people.add(NewSuppression(address=address, reason=reason), call_of())

    def deliveries(self, message_id):
        found = self.publisher.lookup.get(message_id, call_of())
        return {delivery.target: delivery for delivery in found.channels}

    def tell(self, event):
        body = event if isinstance(event, str) else json.dumps(event)
        received = Received(
            message_id="1",
            receipt_handle="1",
            body=body,
            sent_at_ms=0,
            receive_count=1,
            trace_header=None,
        )
        self.feedback.handle(received)


@pytest.fixture
def stage(aws):
    return Stage(aws)


def bounce(*addresses):
    return {
        "eventType": "Bounce",
        "mail": {"tags": {"message_id": ["m-1"]}},
        "bounce": {
            "bounceType": "Permanent",
            "bouncedRecipients": [{"emailAddress": address} for address in addresses],
        },
    }


def test_an_address_is_kept_under_its_digest_in_lower_case(stage):
    made = stage.suppress("Ada@Example.COM")
    (item,) = stage.publisher.table.scan(10).items
    assert item == {
        "PK": keys.suppression(ADA)["PK"],
        "SK": "METADATA",
        "GSI1PK": "SUPPRESSED",
        "GSI1SK": f"2026-11-28T10:00:00Z#{item['PK']}",
        "address": ADA,
        "reason": "manual",
        "at": "2026-11-28T10:00:00Z",
        "message_id": None,
        "note": None,
    }
    assert stage.store.find(" ADA@example.com") == made


def test_an_address_may_have_every_character_that_addresses_have(stage):
    strange = "o'neil+#!$%&*/=?^_`{|}~-@example.com"
    stage.suppress(strange)
    assert stage.store.find(strange).address == strange
    stage.people.remove(strange, call_of())
    assert stage.store.find(strange) is None


def test_many_addresses_are_looked_up_by_one_call(stage):
    stage.suppress(ADA)
    calls = count_calls(stage.publisher.table.client)
    others = [f"someone-{number}@example.com" for number in range(39)]
    assert [found.address for found in stage.store.find_all([*others, "ADA@example.com"])] == [ADA]
    assert calls == {"BatchGetItem": 1}


def test_who_is_suppressed_is_sent_nothing_and_the_others_are(stage):
    stage.suppress(ADA, SuppressionReason.COMPLAINT)
    found = stage.deliveries(stage.post("bob@example.com", "Ada@Example.com"))
    assert [email.recipient for email in stage.mailer.sent] == ["bob@example.com"]
    assert found["bob@example.com"].status == "sent"
    failed = found["Ada@Example.com"]
    assert (failed.status, failed.error.class_, failed.error.code) == (
        "failed",
        "permanent",
        "suppressed",
    )
    assert failed.error.message.endswith("complaint")
    assert "operator" in failed.error.advice


def test_who_is_removed_gets_the_retried_message(stage):
    stage.suppress(ADA)
    message_id = stage.post(ADA)
    stage.people.remove("ADA@example.com", call_of())
    stage.publisher.resolving.retry(message_id, call_of())
    stage.publisher.deliver_stream()
    assert stage.deliveries(message_id)[ADA].status == "sent"
    with pytest.raises(NotFound):
        stage.people.remove(ADA, call_of())


def test_validation_warns_of_who_is_suppressed_and_creation_takes_it(stage):
    stage.suppress(ADA)
    recipients = MessageRecipients(email=[ADA, "bob@example.com"])
    channels = [Channel.EMAIL, Channel.FACEBOOK]
    new = NewMessage(content="Hello", channels=channels, recipients=recipients)
    found = stage.publisher.creating.validate(new, call_of())
    warnings = {check.channel: check.warnings for check in found.channels}
    assert found.ok
    assert [warning.code for warning in warnings["email"]] == ["suppressed"]
    assert warnings["email"][0].message.startswith(f"{ADA} gets no mail since 2026-11-28T10:00:00Z")
    assert warnings["facebook"] == []
    assert stage.publisher.creating.create(new, call_of()).status == "queued"


def test_validation_without_email_looks_nobody_up(stage):
    calls = count_calls(stage.publisher.table.client)
    new = NewMessage(content="Hello", channels=[Channel.SMS])
    stage.publisher.creating.validate(new, call_of())
    assert calls == {}


def test_pages_are_newest_first_and_one_address_is_found(stage):
    for number in range(3):
        stage.suppress(f"a{number}@example.com")
        stage.publisher.clock.turn(1)
    first = stage.people.page(SuppressionList(limit=2), call_of())
    rest = stage.people.page(SuppressionList(limit=2, cursor=first.next_cursor), call_of())
    found = [entry.address for page in (first, rest) for entry in page.suppressions]
    assert (found, rest.next_cursor) == ([f"a{number}@example.com" for number in (2, 1, 0)], None)
    with pytest.raises(InvalidInput):  # another's cursor
        stage.people.page(SuppressionList(cursor=first.next_cursor), call_of("bob"))
    for address, count in (("A1@example.com", 1), ("nobody@example.com", 0)):
        found = stage.people.page(SuppressionList(address=address), call_of())
        assert len(found.suppressions) == count


@pytest.mark.parametrize(
    "address", ["nobody", "a@b", "a b@example.com", "a@example.com\nb", "@x.y"]
)
def test_what_is_no_address_is_refused(stage, address):
    with pytest.raises(InvalidInput):
        stage.suppress(address)
    with pytest.raises(InvalidInput):
        stage.people.remove(address, call_of())


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("manual", "bounce", "manual"),
        ("bounce", "bounce", "bounce"),
        ("bounce", "unsubscribe", "unsubscribe"),
        ("manual", "complaint", "complaint"),
        ("unsubscribe", "complaint", "unsubscribe"),
        ("complaint", "manual", "complaint"),
    ],
)
def test_its_owners_wish_replaces_what_others_found_and_nothing_replaces_it(
    stage, first, second, kept
):
    stage.suppress(ADA, SuppressionReason(first))
    stage.publisher.clock.turn(1)
    shown = stage.suppress(ADA, SuppressionReason(second))
    assert stage.store.find(ADA).reason == kept
    assert shown == stage.store.find(ADA)
    page = stage.people.page(SuppressionList(), call_of())
    assert len(page.suppressions) == 1


# --- Events of SES's -------------------------------------------------------------------------


def test_a_bounce_suppresses_everybody_whom_it_names_once_however_often_it_comes(stage):
    for _ in range(3):
        stage.tell(bounce("gone@example.com", "Away@example.com"))
        stage.publisher.clock.turn(1)
    for address in ("gone@example.com", "away@example.com"):
        assert stage.store.find(address) == Suppression(
            address=address,
            reason=SuppressionReason.BOUNCE,
            at="2026-11-28T10:00:00Z",
            message_id="m-1",
        )


def test_what_suppresses_nobody_writes_nothing(stage):
    event = bounce(ADA)
    event["bounce"]["bounceType"] = "Transient"
    stage.tell(event)
    stage.tell("Successfully validated SNS topic for Amazon SES event publishing.")
    assert stage.publisher.table.scan(10).items == []


# --- The link of an e-mail -------------------------------------------------------------------


def token_of(email):
    url = email.headers["List-Unsubscribe"]
    assert url.startswith("<https://example.com/unsubscribe/")
    assert url.endswith(">")
    return url[1:-1].rpartition("/")[2]


def test_each_recipient_has_a_link_of_ones_own_that_shows_no_address(stage):
    message_id = stage.post(ADA, "bob@example.com")
    tokens = {email.recipient: token_of(email) for email in stage.mailer.sent}
    assert len(set(tokens.values())) == 2
    read = {name: stage.links.read(token) for name, token in tokens.items()}
    assert read == {ADA: (message_id, "email"), "bob@example.com": (message_id, "email#01")}


@pytest.mark.parametrize("form", [ONE_CLICK, Payload(media_type=MULTIPART, data=PART)])
def test_one_click_unsubscribes_that_address_alone_and_twice_is_harmless(stage, form):
    message_id = stage.post(ADA, "bob@example.com")
    token = token_of(stage.mailer.sent[0])
    assert b"<button" in stage.recipients.show(token).data
    assert stage.store.find(ADA) is None
    for _ in range(2):
        assert b"You are unsubscribed" in stage.recipients.unsubscribe(token, form).data
        stage.publisher.clock.turn(60)
    entry = stage.store.find(ADA)
    assert (entry.reason, entry.message_id, entry.at) == (
        "unsubscribe",
        message_id,
        "2026-11-28T10:00:00Z",
    )
    assert stage.store.find("bob@example.com") is None
    assert stage.deliveries(stage.post(ADA))[ADA].error.code == "suppressed"


@pytest.mark.parametrize(
    "data", [b"", b"a=b", b"List-Unsubscribe=No", b"x-List-Unsubscribe=One-Click", b"One-Click"]
)
@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_form_without_the_field_changes_nothing(stage, kind, data):
    stage.post(ADA)
    token = token_of(stage.mailer.sent[0])
    with pytest.raises(InvalidInput):
        stage.recipients.unsubscribe(token, Payload(media_type=kind, data=data))
    assert stage.store.find(ADA) is None


def test_a_token_that_is_not_ours_is_not_found(stage):
    stage.post(ADA)
    token = token_of(stage.mailer.sent[0])
    page = Cursors(lambda: "a-test-key").seal(
        {"delivery": "m#email"}, owner="ada", query="messages"
    )
    other = UnsubscribeLinks(Cursors(lambda: "another-key"), "").make_url("m#email").rpartition("/")
    for bad in ("", "a", "%", token[:-1], f"{token}A", token[::-1], page.rstrip("="), other[2]):
        with pytest.raises(NotFound):
            stage.recipients.show(bad)
        with pytest.raises(NotFound):
            stage.recipients.unsubscribe(bad, ONE_CLICK)


def test_a_link_to_what_is_no_email_is_not_found(stage):
    for delivery in ("m-1#email", "m-1#sms"):
        token = stage.links.make_url(delivery).rpartition("/")[2]
        with pytest.raises(NotFound):
            stage.recipients.unsubscribe(token, ONE_CLICK)


def test_who_unsubscribes_before_a_scheduled_message_is_not_sent_it(stage):
    recipients = MessageRecipients(email=[ADA])
    later = NewMessage(
        content="Hello",
        channels=[Channel.EMAIL],
        recipients=recipients,
        scheduled_at="2026-11-28T11:00:00Z",
    )
    made = stage.publisher.creating.create(later, call_of())
    stage.suppress(ADA, SuppressionReason.UNSUBSCRIBE)
    stage.publisher.clock.turn(3600)
    stage.publisher.tick.run()
    stage.publisher.deliver(DeliveryRef(made.id, "email"))
    assert stage.mailer.sent == []
    assert stage.deliveries(made.id)[ADA].error.code == "suppressed"
