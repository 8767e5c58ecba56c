"""E-mail and SMS: what is sent, and what the services' failures mean."""

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import OutcomeUnknown, Refused, Unavailable
from chalicelib.publisher.channels.addressed import send_once
from chalicelib.publisher.channels.base import Attempt, Outgoing, Published, Rejection
from chalicelib.publisher.channels.email import Consent, EmailChannel
from chalicelib.publisher.channels.sms import SmsChannel
from chalicelib.publisher.model import Channel, Suppression, SuppressionReason

CONSENT = Consent(lambda _: None, lambda key: f"https://example.com/unsubscribe/{key}")


class Sender:
    """A mailer and a sender of text messages, which keeps what it was given."""

    def __init__(self):
        self.given = []

    def send(self, *given):
        self.given.append(given)
        return "m-1"


def attempt(channel, target):
    outgoing = Outgoing(
        key="id-1#email#01", channel=channel, text="Hello", subject="Greeting", target=target
    )
    return Attempt(outgoing, {}, {})


def test_an_email_goes_to_its_one_recipient_and_bears_the_messages_id():
    mailer = Sender()
    channel = EmailChannel(mailer, "omnidata@example.com", CONSENT)
    assert channel.publish(attempt(Channel.EMAIL, "ada@example.com")) == Published("m-1")
    ((email,),) = mailer.given
    assert (email.recipient, email.subject, email.text) == ("ada@example.com", "Greeting", "Hello")
    assert email.tags == {"message_id": "id-1"}
    assert email.headers == {
        "List-Unsubscribe": "<https://example.com/unsubscribe/id-1#email#01>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert channel.identify({}) == "omnidata@example.com"
    assert EmailChannel(mailer, "", CONSENT).identify({}) is None


def test_who_is_suppressed_is_sent_nothing_and_it_is_said_why():
    mailer = Sender()
    entry = Suppression(
        address="ada@example.com", reason=SuppressionReason.BOUNCE, at="2026-11-28T10:00:00Z"
    )
    channel = EmailChannel(mailer, "omnidata@example.com", Consent(lambda _: entry, str))
    with pytest.raises(Rejection) as refused:
        channel.prepare(attempt(Channel.EMAIL, "ada@example.com"))
    assert (refused.value.error_class, refused.value.code) == ("permanent", "suppressed")
    assert refused.value.message == "the address is suppressed since 2026-11-28T10:00:00Z: bounce"
    assert "An operator may remove it" in refused.value.advice
    assert mailer.given == []


def test_an_sms_is_transactional():
    sms = Sender()
    assert SmsChannel(sms).publish(attempt(Channel.SMS, "+15555550100")) == Published("m-1")
    assert sms.given == [("+15555550100", "Hello", {"AWS.SNS.SMS.SMSType": "Transactional"})]


class OptedOut(Sender):
    """Text messages to somebody who wants none: SNS says so when it is asked, or at last."""

    def __init__(self, answer, refusal=None):
        super().__init__()
        self._answer, self._refusal = answer, refusal

    def has_opted_out(self, number):
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def send(self, *given):
        if self._refusal:
            raise self._refusal
        return super().send(*given)


def test_who_opted_out_is_sent_nothing_and_never_again():
    sms = OptedOut(True)
    with pytest.raises(Rejection) as refused:
        SmsChannel(sms).prepare(attempt(Channel.SMS, "+15555550199"))
    assert (refused.value.error_class, refused.value.code) == ("permanent", "opted_out")
    assert sms.given == []


@pytest.mark.parametrize("reason", ["OptedOut", "OptedOutException"])
def test_a_refusal_by_opt_out_is_named_so(reason):
    sms = OptedOut(False, Refused("no", reason=reason))
    with pytest.raises(Rejection) as refused:
        SmsChannel(sms).publish(attempt(Channel.SMS, "+15555550199"))
    assert (refused.value.error_class, refused.value.code) == ("permanent", "opted_out")


@pytest.mark.parametrize(
    "answer",
    [False, Unavailable("later"), OutcomeUnknown("who knows"), Refused("no", reason="Denied")],
)
def test_who_did_not_opt_out_or_cannot_be_asked_for_is_sent_it(answer):
    assert SmsChannel(OptedOut(answer)).prepare(attempt(Channel.SMS, "+15555550100")) == {}


def failing(error):
    def fail():
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "error_class", "code"),
    [
        (Unavailable("later"), "transient", "unavailable"),
        (OutcomeUnknown("who knows"), "unknown", "no_response"),
        *[
            (Refused("no", reason=reason), "hold", reason)
            for reason in (
                "AccountSuspendedException",
                "SendingPausedException",
                "MailFromDomainNotVerifiedException",
                "AccessDeniedException",
                "AuthorizationError",
                "ExpiredToken",
                "ExpiredTokenException",
                "InvalidClientTokenId",
                "UnrecognizedClientException",
            )
        ],
        *[
            (Refused("no", reason=reason), "permanent", reason)
            for reason in ("MessageRejected", "BadRequestException", "InvalidParameter", "OptedOut")
        ],
    ],
)
def test_a_failure_has_its_class(error, error_class, code):
    with pytest.raises(Rejection) as caught:
        send_once(failing(error), "SES SendEmail", "MAIL_FROM")
    rejection = caught.value
    assert (rejection.error_class, rejection.code, rejection.message) == (
        error_class,
        code,
        str(error),
    )
    assert rejection.setting == ("MAIL_FROM" if error_class == "hold" else None)
    assert not rejection.credentials_expired


@pytest.mark.parametrize(
    ("code", "message", "error_class"),
    [
        ("LimitExceededException", "Too many", "hold"),
        ("TooManyRequestsException", "Daily message quota exceeded.", "hold"),
        ("ThrottlingException", "Daily sending quota exceeded", "hold"),
        ("TooManyRequestsException", "Maximum sending rate exceeded.", "transient"),
    ],
)
def test_a_quota_that_is_used_up_holds_the_channel_and_a_rate_does_not(code, message, error_class):
    error = Unavailable("later")
    error.__cause__ = ClientError({"Error": {"Code": code, "Message": message}}, "SendEmail")
    with pytest.raises(Rejection) as caught:
        send_once(failing(error), "SES SendEmail", "MAIL_FROM")
    assert caught.value.error_class == error_class
    is_held = error_class == "hold"
    assert caught.value.setting == ("the sending quota of the account" if is_held else None)
