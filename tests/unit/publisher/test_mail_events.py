"""What SES's events mean: the guide's examples, and odd ones."""

import json

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.publisher import mail_events


def bounce(kind="Permanent", address="gone@example.com", **mail):
    return {
        "eventType": "Bounce",
        "bounce": {
            "feedbackId": "0100",
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": address, "status": "5.1.1"}],
            "timestamp": "2026-11-28T10:00:00.000Z",
        },
        "mail": {"messageId": "0100-x", "destination": [address], **mail},
    }


def complaint(kind=None):
    return {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": "Ada <ADA@example.com>"}],
            **({"complaintFeedbackType": kind} if kind else {}),
        },
        "mail": {"messageId": "0100-x"},
    }


def read(event):
    return mail_events.read(json.dumps(event))


def test_a_permanent_bounce_names_its_address_and_our_message():
    found = read(bounce(tags={"message_id": ["m-1"], "ses:configuration-set": ["omnidata"]}))
    assert (found.reason, found.addresses, found.message_id) == (
        "bounce",
        ["gone@example.com"],
        "m-1",
    )


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_any_other_bounce_suppresses_nobody(kind):
    assert read(bounce(kind)).reason is None


@pytest.mark.parametrize("kind", [None, "abuse", "fraud"])
def test_a_complaint_suppresses(kind):
    found = read(complaint(kind))
    assert (found.reason, found.addresses) == ("complaint", ["ADA@example.com"])


def test_who_takes_an_email_out_of_the_junk_does_not_complain():
    assert read(complaint("not-spam")).reason is None


@pytest.mark.parametrize("tags", [{}, {"message_id": []}, {"message_id": ["a#b"]}])
def test_a_message_that_is_not_named_well_is_none(tags):
    assert read(bounce(tags=tags)).message_id is None


@pytest.mark.parametrize("event", ["Delivery", "Send", "Open"])
def test_other_events_suppress_nobody(event):
    assert read({"eventType": event, "mail": {"messageId": "1"}}).reason is None


def test_the_greeting_of_a_new_destination_is_no_event():
    greeting = "Successfully validated SNS topic for Amazon SES event publishing."
    assert mail_events.read(greeting).reason is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"eventType": 1}',
        '{"eventType": "Bounce", "mail": {}}',
        '{"eventType": "Complaint", "mail": {}}',
        '{"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": []}}',
        json.dumps(bounce(address="nobody")),
        json.dumps({"Type": "Notification", "Message": json.dumps(bounce())}),  # not delivered raw
        "\ud800",
    ],
)
def test_what_is_no_event_of_ses_says_so(body):
    with pytest.raises(InvalidInput):
        mail_events.read(body)
